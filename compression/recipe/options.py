"""The values that a knob takes in a sweep: one, a choice or a range, as its step's text says. Torch-free."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from compression.errors import UsageError
from compression.techniques.step import Knob, evenly_spaced

RANGE = ".."
CHOICE = "|"

Spacing = Callable[[Knob, Any, Any], tuple[Any, ...]]
"""The values of a knob between two ends, which are in its range; empty where there is none."""


def evenly(points: int | None) -> Spacing:
    """So many values, both ends among them; without ``points`` as many as the knob has steps there."""

    def values(knob: Knob, low: Any, high: Any) -> tuple[Any, ...]:
        if not knob.values:
            assert knob.step is not None
            count = points or round((high - low) / knob.step) + 1
            return evenly_spaced(low, high, count, integer=knob.is_integer)
        listed = tuple(number for number in knob.values if low <= number <= high)
        if not listed or points is None or points >= len(listed):
            return listed
        places = evenly_spaced(0, len(listed) - 1, points, integer=True)
        return tuple(listed[place] for place in places)

    return values


def every_step(knob: Knob, low: Any, high: Any) -> tuple[Any, ...]:
    """The positions of the knob's slider from one end to the other, so that other sweeps meet the same ones."""
    return tuple(position for position in knob.grid() if low <= position <= high)


def options(text: str, knob: Knob, value: str | None, spacing: Spacing) -> tuple[Any, ...]:
    """What ``value`` says in the step's ``text``; None is the default."""
    if value is None:
        return (knob.default,)
    if CHOICE in value:
        parts = [part.strip() for part in value.split(CHOICE)]
        if not all(parts):
            raise UsageError(f"{text[:80]!r} is malformed at {value[:40]!r}: write a|b|c.")
        return tuple(dict.fromkeys(_value(knob, part) for part in parts))
    if RANGE not in value:
        return (_value(knob, value),)
    if knob.choices or knob.is_text:
        if knob.choices and value.strip() == RANGE:
            return knob.choices
        raise UsageError(f"{knob.name} has no range {value[:40]}: it is {knob.allowed}.")
    return _range(text, knob, value, spacing)


def _range(text: str, knob: Knob, value: str, spacing: Spacing) -> tuple[Any, ...]:
    assert knob.low is not None and knob.high is not None
    first, _, last = (part.strip() for part in value.partition(RANGE))
    low, high = _number(knob, first or f"{knob.low:g}"), _number(knob, last or f"{knob.high:g}")
    if low > high:
        raise UsageError(
            f"{text[:80]!r} is malformed at {value[:40]!r}: write the lower end first."
        )
    values = spacing(knob, low, high)
    if not values:
        steps = f" in steps of {knob.step:g}" if knob.step else ""
        raise UsageError(
            f"{knob.name}={value[:40]} holds no value: {knob.name} is {knob.allowed}{steps}."
        )
    return values


def _value(knob: Knob, text: str) -> Any:
    """The text as this knob's kind of value; a choice or a text is checked when the step is made."""
    if knob.choices or knob.is_text:
        return text
    number = _number(knob, text)
    if not knob.values:
        return number
    if number not in knob.values:
        raise UsageError(f"{knob.name}={text[:40]} can't be: {knob.name} must be {knob.allowed}.")
    return knob.values[knob.values.index(number)]


def _number(knob: Knob, text: str) -> Any:
    try:
        number = int(text) if knob.is_integer else float(text)
    except ValueError:
        number = math.nan
    assert knob.low is not None and knob.high is not None
    if not knob.low <= number <= knob.high:
        raise UsageError(f"{knob.name}={text[:40]} can't be: {knob.name} must be {knob.allowed}.")
    return number
