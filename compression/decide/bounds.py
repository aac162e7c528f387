"""A question's bounds as rows of numbers: by how much each point breaks each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compression.decide.columns import Columns, Numbers
from compression.decide.question import Question
from compression.point import METRICS, Metric, Point

A_FULL = 0.1
"""The share that weighs like a whole limit: ten points of accuracy are as far as twice the size."""

SLACK = 1e-9
"""What a float may be over: 0.9295 - 0.01 is not 0.9195."""


@dataclass(frozen=True)
class Bound:
    """One bound: ``excess`` in the metric's own unit on the worse side, above 0 where it is broken, NaN unknown."""

    name: str
    label: str
    metric: Metric | None
    """None for a loss in points, and for a device's memory."""
    bound: float
    excess: Numbers
    scale: float
    """An excess that is as far as the whole bound, by which bounds are compared."""
    is_guard: bool = False
    """What was not measured doesn't leave a point out."""
    on_validation: bool = False
    """Of a loss: it is that on the validation examples."""

    @property
    def broken(self) -> NDArray[np.bool_]:
        unknown = np.isnan(self.excess)
        over = np.greater(self.excess, 0, where=~unknown, out=np.zeros(len(unknown), dtype=bool))
        return over if self.is_guard else over | unknown

    def value(self, row: int) -> float:
        """What a point has of it, in the unit of the bound."""
        return self.bound + self.sign * float(self.excess[row])

    @property
    def sign(self) -> float:
        return 1.0 if self.metric is None else self.metric.cost(1.0)

    @property
    def is_loss(self) -> bool:
        return self.name == "lose"

    def figure(self, value: float) -> str:
        """``1.2``, ``12 kB``."""
        if self.is_loss:
            return f"{round(value, 2) + 0.0:g}".replace("-", "−")
        written = METRICS["memory_bytes"].text if self.metric is None else self.metric.text
        return written(value)

    def text(self, value: float) -> str:
        """``1.2 points lost``, ``size 12 kB``."""
        figure = self.figure(value)
        if not self.is_loss:
            return f"{self.label} {figure}"
        return f"{figure} {self.label.replace('points', 'point') if figure == '1' else self.label}"

    @property
    def at(self) -> str:
        """``at most 1``, ``at most 20 kB``."""
        return f"{'at most' if self.sign > 0 else 'at least'} {self.figure(self.bound)}"

    @property
    def said(self) -> str:
        """``at most 1 point lost``, ``size at most 20 kB``."""
        if self.is_loss:
            return f"at most {self.text(self.bound)}"
        return f"{self.label} {self.at}"


def point_of_quality(metric: Metric, original: Point | None) -> float:
    """One point of a quality in its own unit: a hundredth, of what is no share a hundredth of the original's."""
    before = None if original is None else original.value(metric.field)
    return 0.01 if metric.style == "percent" else 0.01 * abs(before) if before else 1.0


def in_sentence(metric: Metric) -> str:
    """Its label inside a sentence: ``size``, but ``ONNX size``."""
    label = metric.label
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def bounds_of(
    question: Question, columns: Columns, original: Point | None, judged: str
) -> list[Bound]:
    """All bounds: what may be lost, the limits, the device's memory, the guards."""
    found = []
    if question.most_lost is not None and original is not None:
        found.append(_loss(question, columns, original, judged))
    found += [_limit(name, bound, columns, judged) for name, bound in question.limits.items()]
    for name, use in columns.memory.items():
        room = columns.allowed[name]
        found.append(Bound(name, name, None, room, (use - 1) * room, room))
    for name, bound in question.guards.items():
        found.append(_limit(name, bound, columns, judged, is_guard=True))
    return found


def _loss(question: Question, columns: Columns, original: Point, judged: str) -> Bound:
    metric, most = METRICS[judged], question.most_lost or 0.0
    one = point_of_quality(metric, original)
    before = original.value(judged)
    lost = (columns.costs[judged] - metric.cost(before if before is not None else np.nan)) / one
    unit = "points lost" if metric.style == "percent" else "% lost"
    over = lost - most
    over[np.abs(over) < SLACK] = 0.0
    on_validation = bool(metric.chooses)
    return Bound("lose", unit, None, most, over, 100 * A_FULL, on_validation=on_validation)


def _limit(name: str, bound: float, columns: Columns, judged: str, is_guard: bool = False) -> Bound:
    metric = METRICS[name]
    excess = columns.costs[name] - metric.cost(bound)
    if METRICS[judged].chooses == name and not is_guard:
        # Asked of the test set's figure, and of the one that chooses as well: else the luckiest on test would be it.
        excess = np.maximum(excess, columns.costs[judged] - metric.cost(bound))
    scale = A_FULL if metric.style == "percent" else abs(bound) or 1.0
    return Bound(name, in_sentence(metric), metric, bound, excess, scale, is_guard)
