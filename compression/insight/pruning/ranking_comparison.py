"""Two ways to rank weights, compared: how alike their orders are, and how many of those that go are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from compression.errors import unknown
from compression.insight.pruning.ranking import Ranking, ranking
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.pruning.scores import SCORES

Floats = NDArray[np.float64]


def rankings_compared(subject: Subject, recipe: Recipe, against: str) -> dict[str, Any]:
    """The recipe's ranking against that of another score, everything else being equal.

    ``same`` is at each level the share of the weights that go which go by both; ``chance`` what it would be had each
    layer lost as many at random. Spearman's rank correlation is over all weights, and by layer.
    """
    one = ranking(subject, recipe)
    other = ranking(subject, _scored(recipe, against))
    count = min(len(one.levels), len(other.levels))
    return {
        "of": f"{one.recipe.key} {against}",
        "score": one.step.score,
        "against": against,
        "levels": list(one.levels[:count]),
        "same": [_same(one, other, level) for level in range(count)],
        "chance": [_chance(one, other, level) for level in range(count)],
        "spearman": spearman(_all(one), _all(other)),
        "by_layer": {
            name: spearman(scores, other.scores[name]) for name, scores in one.scores.items()
        },
    }


def spearman(one: Floats, other: Floats) -> float | None:
    """Rank correlation, equal values sharing their mean rank; None where one of them doesn't vary."""
    first, second = _mean_ranks(one), _mean_ranks(other)
    spread = float(first.std() * second.std())
    if spread == 0:
        return None
    return float(((first - first.mean()) * (second - second.mean())).mean() / spread)


def _mean_ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Floats = (ends - (counts - 1) / 2)[place.ravel()]
    return ranks


def _all(ranked: Ranking) -> Floats:
    return np.concatenate([scores.ravel() for scores in ranked.scores.values()])


def _same(one: Ranking, other: Ranking, level: int) -> float | None:
    gone = sum(int(counts[level]) for counts in one.gone.values())
    both = sum(
        int((one.removed(name, level) & other.removed(name, level)).sum()) for name in one.gone
    )
    return both / gone if gone else None


def _chance(one: Ranking, other: Ranking, level: int) -> float | None:
    gone = sum(int(counts[level]) for counts in one.gone.values())
    expected = sum(
        float(one.gone[name][level]) * float(other.gone[name][level]) / one.ranks[name].size
        for name in one.gone
    )
    return expected / gone if gone else None


def _scored(recipe: Recipe, score: str) -> Recipe:
    if score not in SCORES:
        raise unknown("score", score, SCORES)
    step = recipe.steps[-1].moved(score=score)
    return recipe.model_copy(update={"steps": (*recipe.steps[:-1], step)})
