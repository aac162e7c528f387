"""Which of the allowed points is best, and which the evidence can't tell from it: pure functions on columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compression.decide.columns import Columns, Numbers
from compression.decide.question import Question
from compression.point import METRICS
from compression.point.difference import LEVEL

A_GAIN = 0.1
"""Points of quality from which on another answer is a better one; of costs it is LEVEL."""


@dataclass(frozen=True)
class Aim:
    """What is made best, as costs a point: the first decides, the next only between equals."""

    kind: str
    costs: tuple[Numbers, ...]
    one: float
    """A point of quality in its own unit."""

    @classmethod
    def of(cls, question: Question, columns: Columns, judged: str, one: float) -> Aim:
        quality, cost = columns.costs[judged], columns.costs[question.axis]
        if question.aim == "worth":
            prices = (question.worth or {}).items()
            score = quality / one + sum(columns.costs[name] / price for name, price in prices)
            return cls("worth", (np.asarray(score), quality, cost), one)
        costs = (cost, quality) if question.aim == "cost" else (quality, cost)
        return cls(question.aim, costs, one)

    def best(self, columns: Columns, among: NDArray[np.bool_]) -> int | None:
        """The row of the best, by key between equals, so that the order of points decides nothing."""
        rows = np.flatnonzero(among & ~np.isnan(np.array(self.costs)).any(axis=0))
        for cost in self.costs:
            if len(rows) > 1:
                rows = rows[cost[rows] == cost[rows].min()]
        return min(
            (int(row) for row in rows), key=lambda row: columns.points[row].key, default=None
        )

    def better(self, row: int) -> NDArray[np.bool_]:
        """Which rows are better than this one by more than nothing to speak of."""
        cost, here = self.costs[0], float(self.costs[0][row])
        if self.kind == "cost":
            gain = (LEVEL - 1) * abs(here) / LEVEL
        else:
            gain = A_GAIN * (self.one if self.kind == "quality" else 1.0)
        with np.errstate(invalid="ignore"):
            return cost < here - gain

    def order(self, among: NDArray[np.bool_]) -> list[int]:
        """The rows from the best to the worst."""
        rows = np.flatnonzero(among)
        by = np.lexsort(tuple(cost[rows] for cost in reversed(self.costs)))
        return [int(row) for row in rows[by]]


def ties_with(
    row: int, aim: Aim, columns: Columns, axis: str, among: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which others the question can't tell from this one; whoever ties with another is tied with by it.

    Of a cost both it and the quality must be alike, of a quality that alone, of a score what its quality leaves open.
    An unknown interval ties nothing but equals.
    """
    shift = np.zeros(len(among))
    if aim.kind == "worth":
        quality = aim.costs[1] / aim.one
        shift = ((aim.costs[0] - quality) - (aim.costs[0][row] - quality[row])) * aim.one
    tied = among.copy()
    for name, (value, low, high) in columns.ends.items():
        tied &= _unclear(row, value, low, high, shift * METRICS[name].cost(1.0))
    if aim.kind == "cost":
        cost = np.abs(columns.costs[axis])
        with np.errstate(divide="ignore", invalid="ignore"):
            tied &= np.maximum(cost, cost[row]) <= LEVEL * np.minimum(cost, cost[row])
    tied[row] = False
    return tied


def _unclear(
    row: int, value: Numbers, low: Numbers, high: Numbers, shift: Numbers
) -> NDArray[np.bool_]:
    """Whether the difference to this row, shifted, can be none: Newcombe's interval, as in `point/difference.py`."""
    apart = value - value[row] + shift
    below = np.hypot(value - low, high[row] - value[row])
    above = np.hypot(high - value, value[row] - low[row])
    with np.errstate(invalid="ignore"):
        open_ = (apart - below <= 0) & (apart + above >= 0)
    return np.where(np.isnan(below) | np.isnan(above), apart == 0, open_)
