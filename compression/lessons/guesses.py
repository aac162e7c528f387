"""Whether a guess can be one: what browsers send is checked against the lesson's own question."""

from __future__ import annotations

import math
from typing import Any

from compression.errors import UsageError
from compression.lessons.content import Choice, Curve, Lesson, Slider

Guess = float | str | tuple[float, ...]


def checked(told: Lesson, given: Any) -> Guess:
    """The guess as a value; UsageError in a sentence for what is none."""
    asked = told.predict
    if isinstance(asked, Curve):
        if not isinstance(given, list) or len(given) != len(asked.at):
            raise UsageError(
                f"A guess here is a list of {len(asked.at)} numbers, one for each position."
            )
        return tuple(_number(value, asked.low, asked.high) for value in given)
    if isinstance(asked, Slider):
        return _number(given, asked.low, asked.high)
    return _option(asked, given)


def _number(given: Any, low: float, high: float) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise UsageError(f"A guess here is a number from {low:g} to {high:g}.")
    if not (math.isfinite(given) and low <= given <= high):
        raise UsageError(
            f"A guess here lies between {low:g} and {high:g}: move it there and send it again."
        )
    return float(given)


def _option(asked: Choice, given: Any) -> str:
    options = [option.id for option in asked.options]
    if not isinstance(given, str) or given not in options:
        raise UsageError(f"A guess here is one of {', '.join(options)}.")
    return given
