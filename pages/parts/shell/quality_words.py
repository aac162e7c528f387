"""A model's quality in words, whichever way its metric is better: what is lost, and what is reached. Pure text."""

from __future__ import annotations

from typing import Any

from compression.point import Metric, Point, quality_of

SMALL_LOSS = 0.01
"""Of a fraction this is one point, of any other quality 1 % of the original's."""

LEAST_POINTS, LEAST_SHARE = 0.05, 0.001
"""Differences below are not worth a word: in points of a fraction, else as a share of the original's value."""


def lost(point: Point, original: Point | None) -> float | None:
    """How much worse than the original, in the metric's own unit; None where one is not measured."""
    if original is None or point.quality is None or original.quality is None:
        return None
    metric = quality_of(point.recipe.model)
    return metric.cost(point.quality) - metric.cost(original.quality)


def little(metric: Metric) -> str:
    return "one point" if metric.style == "percent" else f"{100 * SMALL_LOSS:g} %"


def compared(metric: Metric, value: float, before: float) -> str:
    """``0.4 points lower``, ``0.09 bits/byte higher``, or that it is as good."""
    difference = abs(value - before)
    is_percent = metric.style == "percent"
    least = LEAST_POINTS / 100 if is_percent else LEAST_SHARE * abs(before)
    if difference < least:
        return "no less accurate" if _is_share_right(metric) else "no worse"
    amount = f"{100 * difference:.1f} points" if is_percent else metric.text(difference)
    return f"{amount} {'higher' if value > before else 'lower'}"


def signed(metric: Metric, difference: float, sign: str = "+") -> str:
    """A difference as short as a figure's subtitle: ``+0.4 pt``; with ``sign`` empty only a minus is written."""
    if metric.style == "percent":
        return f"{100 * difference:{sign}.1f} pt".replace("-", "−")
    return f"{'−' if difference < 0 else sign}{metric.text(abs(difference))}"


def loss_words(metric: Metric) -> dict[str, Any]:
    """What the browser writes a loss with: a factor, the number's digits, and the words behind it."""
    way = "lower" if metric.better == "higher" else "higher"
    if metric.style == "percent":
        return {"factor": 100, "digits": 1, "words": f"points {way}"}
    return {"factor": 1, "digits": 3, "words": f"{metric.plain_unit} {way}".strip()}


def reaches(metric: Metric, value: float) -> str:
    """What a model with this quality does: ``is right for 92.0 %``."""
    return f"{'is right for' if _is_share_right(metric) else 'reaches'} {metric.text(value)}"


def _is_share_right(metric: Metric) -> bool:
    return metric.style == "percent" and metric.better == "higher"
