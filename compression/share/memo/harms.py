"""Who loses by the choice: each class's change against the original, as `compare` found it out and kept it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compression.point import Point
from compression.store import Store


@dataclass(frozen=True)
class ClassChange:
    """Points of accuracy that one class gains (above 0) or loses, with its 95 % interval."""

    name: str
    change: float
    low: float
    high: float
    counted: int

    @property
    def is_clear(self) -> bool:
        return self.low > 0 or self.high < 0

    @property
    def said(self) -> str:
        """``−2.1 points (−4.0 to −0.2), 1,000 examples``."""
        value, low, high = (_signed(x) for x in (self.change, self.low, self.high))
        clear = "" if self.is_clear else "; may be chance"
        return f"{value} points ({low} to {high}), {self.counted:,} examples{clear}"


@dataclass(frozen=True)
class Harms:
    """What changed for whom, of the point with this key; the class that loses most first."""

    key: str
    flipped: float
    """Share of the test examples that are answered otherwise."""
    classes: tuple[ClassChange, ...]


def harms_of(point: Point, store: Store) -> Harms | None:
    """What was found out of the point; None where nobody has asked."""
    arguments = {"model": point.recipe.model, "recipe": point.recipe.model_dump(mode="json")}
    kept = store.beside.find("changes", arguments)
    return None if not isinstance(kept, Mapping) else harms_in(point.key, kept)


def harms_in(key: str, answer: Mapping[str, Any]) -> Harms:
    """The kept answer of the question `changes`."""
    rows = zip(answer["classes"], answer["by_class"], strict=True)
    changes = [
        ClassChange(
            str(name), 100 * row["change"], 100 * row["low"], 100 * row["high"], row["counted"]
        )
        for name, row in rows
        if row["counted"]
    ]
    order = sorted(changes, key=lambda each: each.change)
    return Harms(key, float(answer["flipped"]["value"]), tuple(order))


def _signed(points: float) -> str:
    text = f"{abs(points):.1f}"
    return "0.0" if text == "0.0" else f"{'−' if points < 0 else '+'}{text}"
