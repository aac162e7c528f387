"""A model's quality in words, whichever way its metric is better: what is lost, and what is reached. Pure text."""

from __future__ import annotations

from typing import Any

from compression.point import Metric, Point, quality_of
from compression.point.difference import Difference, difference
from compression.point.digits import written

SMALL_LOSS = 0.01
"""Of a fraction this is one point, of any other quality 1 % of the original's."""


def lost(point: Point, original: Point | None) -> float | None:
    """How much worse than the original, in the metric's own unit; None where one is not measured."""
    if original is None or point.quality is None or original.quality is None:
        return None
    metric = quality_of(point.recipe.model)
    return metric.cost(point.quality) - metric.cost(original.quality)


def little(metric: Metric) -> str:
    return "one point" if metric.style == "percent" else f"{100 * SMALL_LOSS:g} %"


def quality_change(metric: Metric, point: Point, original: Point) -> Difference | None:
    """The difference of a quality, with what the examples allow to say of it."""
    return difference(point.measurements.get(metric.field), original.measurements.get(metric.field))


def compared(metric: Metric, change: Difference) -> str:
    """``2.3 points lower``, to be followed by ``than the original``; empty where no difference can be told."""
    if change.is_known and not change.is_clear:
        return ""
    said = f"{amount(metric, change)} {'higher' if change.value > 0 else 'lower'}"
    return said if change.is_known else f"{said} (not certain)"


def alike(metric: Metric, change: Difference) -> str:
    """``no difference in accuracy that 2,267 examples can show``; empty where one can be told."""
    if not change.is_known or change.is_clear:
        return ""
    return f"no difference in {metric.label[:1].lower()}{metric.label[1:]} that {examples(change.n)} can show"


def subtitle(metric: Metric, change: Difference) -> str:
    """A difference as short as a figure's subtitle: ``−2.3 pt``, or that there is no clear one."""
    if not change.is_known:
        return f"{signed(metric, change.value)}, not certain"
    return (
        signed(metric, change.value, spread=change.spread) if change.is_clear else "no clear change"
    )


def examples(n: int | None) -> str:
    return "the examples" if n is None else "one example" if n == 1 else f"{n:,} examples"


def amount(metric: Metric, change: Difference) -> str:
    """A difference without its sign, with the digits that its interval leaves standing: ``0.4 points``."""
    size, spread = abs(change.value), change.spread
    if metric.style != "percent":
        return _text(metric, size, spread)
    return f"{plain(100 * size, spread=_points(spread))} points"


def plain(points: float, sign: str = "", spread: float | None = None) -> str:
    """A number of points to a tenth, or as far as its interval goes; never minus zero, nor zero for what isn't."""
    size = abs(points)
    text = written(size, spread, usual=1)
    if float(text) == 0 and size >= 0.005:
        text = f"{size:.2f}"
    return text if float(text) == 0 else f"{'−' if points < 0 else sign}{text}"


def signed(metric: Metric, difference: float, sign: str = "+", spread: float | None = None) -> str:
    """A difference as short as a figure's subtitle: ``+0.4 pt``; with ``sign`` empty only a minus is written."""
    if metric.style == "percent":
        return f"{plain(100 * difference, sign, _points(spread))} pt"
    size = _text(metric, abs(difference), spread)
    return f"{'−' if difference < 0 else sign if difference else ''}{size}"


def _points(spread: float | None) -> float | None:
    return None if spread is None else 100 * spread


def _text(metric: Metric, size: float, spread: float | None) -> str:
    return metric.text(size) if spread is None else metric.text(size, size - spread, size + spread)


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
