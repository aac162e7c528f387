"""Values of their own for some layers, as one text: ``conv1=8;fc=4``. What the knobs of several techniques share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

Value = TypeVar("Value", int, float)


def parse(text: str, value: Callable[[str], Value], *, form: str) -> dict[str, Value]:
    """The table that a text says; ValueError in one sentence if it is none.

    ``value`` reads one value and raises ValueError where it can't be one; ``form`` says what would do.
    """
    table: dict[str, Value] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, separator, given = part.partition("=")
        try:
            if not separator:
                raise ValueError
            read = value(given)
        except ValueError:
            raise ValueError(f"{form}, not {part!r}") from None
        if name.strip() in table:
            raise ValueError(f"{form}, each once, not {name.strip()} twice")
        table[name.strip()] = read
    return table


def written(table: Mapping[str, float]) -> str:
    """The text of a table, the same for equal ones."""
    return ";".join(f"{name}={value:g}" for name, value in sorted(table.items()))
