"""A point in words: the change against the original, and why a saving is not always one. Pure text."""

from __future__ import annotations

from compression.point import METRICS, Measurement, Point, quality_of
from compression.recipe import Recipe
from pages.parts.shell.quality_words import compared, signed

NOTICEABLE = 1.05
"""Ratios closer to 1 than this are noise on a shared machine and are called "as fast"."""

HOW = {
    "measured": ("●", "measured here"),
    "modelled": ("◌", "modelled"),
    "bundled": ("○", "bundled"),
}
"""The sign and the words for how a number was obtained."""


def headline(point: Point, original: Point) -> str:
    """The result in one sentence: ``31x smaller, 0.4 points lower, 1.2x faster than the original.``"""
    if not point.recipe.steps:
        return "This is the original. Turn a knob to see what compression costs."
    parts = [
        part for part in (_size(point, original), _quality(point, original), _speed(point)) if part
    ]
    return f"{_first_upper(', '.join(parts))} than the original." if parts else ""


def named(recipe: Recipe) -> str:
    """The recipe in words; a seed other than 0 is told, since points of several seeds stand side by side."""
    return f"{recipe.describe()} (seed {recipe.seed})" if recipe.seed else recipe.describe()


def caveat(point: Point) -> str:
    """Why the model is as fast as it is, above all where a saving isn't one; else empty."""
    speedup = point.measurements.get("speedup")
    if speedup is None or speedup.value is None or not speedup.note or not point.recipe.steps:
        return ""
    if speedup.value >= NOTICEABLE:
        return speedup.note
    verdict = "Slower" if speedup.value <= 1 / NOTICEABLE else "Not faster"
    return f"{verdict} here: {_inside_a_sentence(speedup.note)}"


def change(metric: str, point: Point, original: Point) -> str:
    """The change of one metric against the original, as short as a figure's subtitle."""
    value, before = point.value(metric), original.value(metric)
    if value is None or before is None:
        return ""
    if METRICS[metric].style == "percent" or METRICS[metric].is_quality:
        return signed(METRICS[metric], value - before)
    if metric == "latency_ms":
        speedup = point.value("speedup")
        if speedup is None:
            return ""
        return "as fast" if _is_level(speedup) else f"{_ratio(speedup)} as fast"
    if before <= 0 or value <= 0:
        return ""
    if 0.99 < value / before < 1.01:
        return "the same"
    return f"1/{_ratio(before / value, sign='')}" if before > value else _ratio(value / before)


def duration(seconds: float) -> str:
    """A remaining time, no more precise than it is known."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def how(measurement: Measurement) -> str:
    sign, words = HOW[measurement.how]
    return f"{sign} {words}"


def _size(point: Point, original: Point) -> str:
    value, before = point.value("size_bytes"), original.value("size_bytes")
    if not value or not before:
        return ""
    return (
        f"{_ratio(before / value)} smaller"
        if value <= before
        else f"{_ratio(value / before)} larger"
    )


def _quality(point: Point, original: Point) -> str:
    if point.quality is None or original.quality is None:
        return ""
    return compared(quality_of(point.recipe.model), point.quality, original.quality)


def _speed(point: Point) -> str:
    speedup = point.value("speedup")
    if speedup is None:
        return ""
    if _is_level(speedup):
        return "no faster"
    return f"{_ratio(speedup)} faster" if speedup > 1 else f"{_ratio(1 / speedup)} slower"


def _is_level(speedup: float) -> bool:
    return 1 / NOTICEABLE < speedup < NOTICEABLE


def _ratio(ratio: float, sign: str = "x") -> str:
    return f"{ratio:.0f}{sign}" if ratio >= 9.95 else f"{ratio:.1f}{sign}"


def _inside_a_sentence(text: str) -> str:
    """The text with a small first letter, unless its first word is a name like ONNX."""
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
