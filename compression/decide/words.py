"""A decision's sentences: points against each other, with the digits that their intervals leave standing. Pure text."""

from __future__ import annotations

from compression.decide.bounds import in_sentence
from compression.decide.question import Question
from compression.models.catalogue import model_card
from compression.point import METRICS, Metric, Point, quality_of
from compression.point.certainty import is_timed
from compression.point.difference import LEVEL, Difference, difference
from compression.point.digits import written

_WAYS = {"bytes": ("smaller", "larger"), "ms": ("faster", "slower")}
"""What less and more of a cost are called; of others ``less`` and ``more``."""


def cost_change(name: str, point: Point, other: Point) -> str:
    """``24x smaller``, ``3 % more energy``, ``the same size``; empty where one is not known."""
    value, before, metric = point.value(name), other.value(name), METRICS[name]
    if not value or not before or value < 0 or before < 0:
        return ""
    times = max(value, before) / min(value, before)
    if value == before:
        return f"the same {in_sentence(metric)}"
    if is_timed(name) and times < LEVEL:
        return f"about the same {in_sentence(metric)}"
    less, more = _WAYS.get(metric.style, ("less", "more"))
    if metric.style == "bytes" and name != "size_bytes":
        less, more = "less", "more"
    way = less if value < before else more
    noun = f" {in_sentence(metric)}" if way in ("less", "more") else ""
    return f"{_times(times)} {way}{noun}"


def quality_change(point: Point, other: Point, *, interval: bool = False) -> str:
    """``0.7 points lower (0.1 to 1.3)``, or that the examples show no difference; empty where it is not known."""
    metric = quality_of(point.recipe.model)
    found = difference(point.measurements.get(metric.field), other.measurements.get(metric.field))
    if found is None:
        return ""
    if found.is_known and not found.is_clear:
        examples = "the examples" if found.n is None else f"{found.n:,} examples"
        return f"no difference in {in_sentence(metric)} that {examples} can show"
    way = "higher" if found.value > 0 else "lower"
    said = f"{_amount(metric, found.value, found)} {way}" if found.value else "equally good"
    if not found.is_known:
        return f"{said} (not certain)" if found.value else said
    return f"{said} ({between(metric, found)})" if interval else said


def between(metric: Metric, found: Difference) -> str:
    """Its interval without the sign of the difference: ``0.1 to 1.3``."""
    ends = sorted(abs(end) if found.is_clear else end for end in (found.low or 0, found.high or 0))
    return " to ".join(_number(metric, end, found) for end in ends)


def against(point: Point, other: Point, axis: str) -> str:
    """A point beside another: its cost, then its quality."""
    return ", ".join(filter(None, (cost_change(axis, point, other), quality_change(point, other))))


def points_text(metric: Metric, points: float) -> str:
    """A loss in points as the question counts it: ``0.7 points``, ``2 %``."""
    text = number(points)
    if metric.style != "percent":
        return f"{text} %"
    return f"{text} point{'' if text == '1' else 's'}"


def number(points: float) -> str:
    """A number of points to a tenth, or a hundredth of small ones; never minus zero."""
    text = written(points, None, 1 if abs(points) >= 0.05 or not points else 2)
    return f"{float(text) + 0.0:g}".replace("-", "−")


def named(point: Point, question: Question) -> str:
    """The recipe in words, with its seed where it is another than 0, and its model where it is another's."""
    recipe = point.recipe
    seed = f" (seed {recipe.seed})" if recipe.seed else ""
    of = "" if recipe.model == question.model else f" of {model_card(recipe.model).title}"
    return f"{recipe.describe()}{seed}{of}"


def _amount(metric: Metric, value: float, found: Difference) -> str:
    if metric.style != "percent":
        size = abs(value)
        spread = found.spread
        return (
            metric.text(size) if spread is None else metric.text(size, size - spread, size + spread)
        )
    return f"{_number(metric, abs(value), found)} points"


def _number(metric: Metric, value: float, found: Difference) -> str:
    factor = 100 if metric.style == "percent" else 1
    spread = None if found.spread is None else factor * found.spread
    text = written(factor * value, spread, 1 if factor == 100 else None)
    return f"{float(text):g}" if float(text) == 0 else text.replace("-", "−")


def _times(times: float) -> str:
    if times < LEVEL:
        share = 100 * (times - 1)
        return f"{share:.0f} %" if share >= 0.95 else f"{share:.1g} %"
    return f"{times:.0f}x" if times >= 9.95 else f"{times:.1f}x"
