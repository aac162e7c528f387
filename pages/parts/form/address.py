"""One part of an address: whether a knob can stand where it says, and the part itself as it is told. Pure text."""

from __future__ import annotations

from typing import Any

from compression.errors import UsageError
from compression.recipe import make_step
from compression.techniques.step import Knob, Step

LONGEST = 40
"""Letters of a value that are repeated."""


def is_possible(technique: type[Step], knob: Knob, given: str) -> bool:
    """Whether the knob can stand there, whatever the others say."""
    if knob.is_text:
        return _is_possible_text(technique, knob, given)
    return read_value(knob, given) is not None


def read_value(knob: Knob, given: str) -> Any:
    """What a text says of a knob that takes no texts of its own; None where it can't stand there."""
    listed = {str(value): value for value in (*knob.choices, *knob.values)}
    listed |= {f"{value:g}": value for value in knob.values}  # as short as links have it
    if listed or knob.low is None or knob.high is None:
        return listed.get(given)
    try:
        number = int(given) if knob.is_integer else float(given)
    except ValueError:
        return None
    return number if knob.low <= number <= knob.high else None


def _is_possible_text(technique: type[Step], knob: Knob, given: str) -> bool:
    try:
        make_step(technique, {knob.name: given})
    except UsageError:
        return False
    return True


def said(name: str, given: str) -> str:
    """The part of the address, cut and as code: it may hold anything."""
    text = "".join(c if c.isprintable() and c != "`" else "?" for c in f"{name}={given}")
    return f"`{text if len(text) <= LONGEST else f'{text[: LONGEST - 1]}…'}`"
