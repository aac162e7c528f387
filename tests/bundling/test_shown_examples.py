"""Which test examples pages show: few, of all kinds, and drawn by a function that gives them again."""

from __future__ import annotations

import numpy as np
import pytest

import datasets
from compression.bundling.shown_examples import HARD, RANDOM, draw, mean_margins

EVERY = list(datasets.DATASETS)


@pytest.mark.slow
@pytest.mark.parametrize("dataset", EVERY)
def test_the_examples_on_the_card_are_those_that_are_drawn(dataset: str) -> None:
    assert draw(dataset) == datasets.dataset_card(dataset).shown


@pytest.mark.parametrize("dataset", EVERY)
def test_they_are_distinct_few_and_of_every_class(dataset: str) -> None:
    card, test = datasets.dataset_card(dataset), datasets.load(dataset).test
    assert len(set(card.shown)) == RANDOM + HARD <= 0.05 * len(test)
    assert all(0 <= place < len(test) for place in card.shown)
    per_class = np.bincount(test.labels[list(card.shown[:RANDOM])], minlength=len(card.classes))
    assert per_class.min() >= 1
    assert per_class.max() <= 2


def test_the_models_are_less_sure_of_the_hard_ones_than_of_nearly_all() -> None:
    margins, shown = np.abs(mean_margins("digits")), datasets.dataset_card("digits").shown
    hard = list(shown[RANDOM:])
    # A twentieth of those that were not drawn at random before: not one example more.
    assert (margins < margins[hard].max()).sum() <= 0.05 * len(margins) + RANDOM
    assert margins[hard].max() < np.quantile(margins, 0.08)
