"""A point against a pinned one, in words: each difference with its interval. Pure text."""

from __future__ import annotations

from compression.point import Metric, Point, quality_of
from compression.point.difference import Difference
from compression.point.relative import relative_to
from pages.parts.shell.quality_words import amount, quality_change, signed
from pages.parts.shell.ratio_words import size_change, speed_alike, speed_change, written


def compared_with(point: Point, pinned: Point) -> str:
    """``0.4 points lower (−0.9 to +0.1, within the error), 1.9x smaller, about as fast``; empty for itself."""
    if point.key == pinned.key:
        return ""
    size, before = point.value("size_bytes"), pinned.value("size_bytes")
    parts = (
        _quality(point, pinned),
        size_change(size, before) if size and before else "",
        _speed(point, pinned),
    )
    return ", ".join(filter(None, parts))


def _quality(point: Point, pinned: Point) -> str:
    metric = quality_of(point.recipe.model)
    change = quality_change(metric, point, pinned)
    if change is None:
        return ""
    if not change.is_known:
        return f"{_moved(metric, change)} (not certain)"
    ends = (change.low or 0, change.high or 0)
    interval = " to ".join(_end(metric, end, change.spread) for end in ends)
    return f"{_moved(metric, change)} ({interval}{'' if change.is_clear else ', within the error'})"


def _moved(metric: Metric, change: Difference) -> str:
    if change.value == 0:
        return f"the same {metric.label[:1].lower()}{metric.label[1:]}"
    return f"{amount(metric, change)} {'higher' if change.value > 0 else 'lower'}"


def _end(metric: Metric, end: float, spread: float | None) -> str:
    return signed(metric, end, spread=spread).removesuffix(" pt")


def _speed(point: Point, pinned: Point) -> str:
    speedup = relative_to(point, pinned).measurements.get("speedup")
    said = speed_change(speedup)
    if not said or speedup is None or not speedup.low or not speedup.high:
        return speed_alike(speedup)
    ends = sorted((max(speedup.low, 1 / speedup.high), max(speedup.high, 1 / speedup.low)))
    return f"{said} ({written(ends[0])} to {written(ends[1])})"
