"""A point in words: the change against the original, and why a saving is not always one. Pure text."""

from __future__ import annotations

from compression.point import METRICS, Measurement, Point, quality_of
from compression.point.certainty import is_timed
from compression.point.difference import pace
from compression.recipe import Recipe
from pages.parts.shell.quality_words import alike, compared, quality_change, subtitle
from pages.parts.shell.ratio_words import (
    short_change,
    size_change,
    speed_alike,
    speed_change,
    time_change,
)

HOW = {
    "measured": ("●", "measured here"),
    "modelled": ("◌", "modelled"),
    "bundled": ("○", "bundled"),
    "elsewhere": ("□", "measured elsewhere"),
}
"""The sign and the words for how a number was obtained."""

MISSING = "–"
"""What stands where nothing was measured."""


def headline(point: Point, original: Point) -> str:
    """The result in one sentence: ``31x smaller, 2.3 points lower, 1.2x faster than the original.``

    What can't be told apart from the original stands behind it, without a number.
    """
    if not point.recipe.steps:
        return "This is the original. Turn a knob to see what compression costs."
    size, before = point.value("size_bytes"), original.value("size_bytes")
    speedup, metric = point.measurements.get("speedup"), quality_of(point.recipe.model)
    change = quality_change(metric, point, original)
    sized = size_change(size, before) if size and before else ""
    is_same = bool(size) and size == before
    if (largest := point.value("device_bytes")) and before:
        sized, is_same = f"{size_change(largest, before)} on the largest device", largest == before
    told = (
        "" if is_same else sized,
        compared(metric, change) if change else "",
        speed_change(speedup),
    )
    level = (
        sized if is_same else "",
        alike(metric, change) if change else "",
        speed_alike(speedup),
    )
    different, same = ", ".join(filter(None, told)), ", ".join(filter(None, level))
    if not different:
        return f"Against the original: {same}.{_sent(point)}" if same else ""
    return f"{_first_upper(different)} than the original{'; ' if same else ''}{same}.{_sent(point)}"


def _sent(point: Point) -> str:
    """What clients had to send, where they learned the model together."""
    return (
        f" {point.text('bytes_sent')} were sent to learn it." if point.value("bytes_sent") else ""
    )


def against(point: Point, other: Point) -> str:
    """A point's quality against that of another, as far as the examples can tell."""
    metric = quality_of(point.recipe.model)
    change = quality_change(metric, point, other)
    return (compared(metric, change) or alike(metric, change)) if change else ""


def named(recipe: Recipe) -> str:
    """The recipe in words; a seed other than 0 is told, since points of several seeds stand side by side."""
    return f"{recipe.describe()} (seed {recipe.seed})" if recipe.seed else recipe.describe()


def caveat(point: Point) -> str:
    """Why the model is as fast as it is, above all where a saving isn't one; else empty."""
    speedup = point.measurements.get("speedup")
    if speedup is None or speedup.value is None or not speedup.note or not point.recipe.steps:
        return ""
    said = pace(speedup)
    if said in ("faster", "surely faster", "unknown"):
        return speedup.note
    verdict = "Not faster" if said == "level" else "Slower"
    return f"{verdict} here: {_inside_a_sentence(speedup.note)}"


def change(metric: str, point: Point, original: Point) -> str:
    """The change of one metric against the original, as short as a figure's subtitle."""
    value, before, row = point.value(metric), original.value(metric), METRICS[metric]
    if value is None or before is None:
        return ""
    if row.style == "percent" or row.is_quality:
        difference = quality_change(row, point, original)
        return subtitle(row, difference) if difference else ""
    if is_timed(metric):
        return time_change(metric, point, original)
    return short_change(value, before) if before > 0 and value > 0 else ""


def origin(point: Point) -> str:
    """Where a point was measured, as short as a column may have it."""
    if point.origin == "elsewhere":
        return f"measured elsewhere: {point.source}"
    return "bundled" if point.origin == "bundled" else "measured here"


def duration(seconds: float) -> str:
    """A remaining time, no more precise than it is known."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def how(measurement: Measurement) -> str:
    sign, words = HOW[measurement.how]
    return f"{sign} {words}"


def _inside_a_sentence(text: str) -> str:
    """The text with a small first letter, unless its first word is a name like ONNX."""
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
