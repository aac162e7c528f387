"""Draws the test examples that pages show beside a model's answers: python -m compression.bundling.shown_examples

Half of them at random, for what is usual; half among those that the models find hard, since there compression flips
answers first. What comes out stands on the data sets' cards. They are far too few to tune anything on, and nothing is.
"""

from __future__ import annotations

import numpy as np

import datasets
from compression.measure.answers import probabilities_of
from compression.models.catalogue import MODELS
from compression.subjects import look_up

RANDOM = HARD = 12
HARD_SHARE = 0.05
"""Of the test examples, those whose mean margin is nearest to zero: models are least decided there."""
SEED = 0


def draw(dataset: str) -> tuple[int, ...]:
    """Places in the test split: RANDOM drawn from all, then HARD from the hard ones, the classes mixed evenly."""
    test = datasets.load(dataset).test
    usual = test.mixed(SEED)[:RANDOM]
    left = np.setdiff1d(np.arange(len(test)), usual)
    undecided = left[np.argsort(np.abs(mean_margins(dataset)[left]), kind="stable")]
    hard = np.sort(undecided[: round(HARD_SHARE * len(test))])
    drawn = hard[test.take(hard).mixed(SEED)[:HARD]]
    return tuple(int(place) for place in (*usual, *drawn))


def mean_margins(dataset: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The right class's probability less the highest other's, of each test example [N], over the bundled models.

    Supernets came later and have no say: who draws others makes the answers useless that points have kept.
    """
    margins = []
    for model in (c.id for c in MODELS.values() if c.dataset == dataset and not c.is_supernet):
        subject = look_up(model)
        test, session = subject.data.test, subject.session
        (logits,) = session.run(None, {session.get_inputs()[0].name: test.inputs})
        probabilities = probabilities_of(logits)
        everyone = np.arange(len(test))
        right = probabilities[everyone, test.labels]
        probabilities[everyone, test.labels] = -1
        margins.append(right - probabilities.max(axis=1))
    mean: np.ndarray[tuple[int], np.dtype[np.float64]] = np.mean(margins, axis=0)
    return mean


if __name__ == "__main__":
    for name in datasets.DATASETS:
        print(name, draw(name))
