"""What the plots' component is told of a presentation: the points it goes through, each with its result in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pages.parts.plots.messages import current_message
from pages.parts.plots.plot_points import Mark
from pages.parts.plots.selection import DIGITS


@dataclass(frozen=True)
class LargeFigure:
    """One large figure: its value, its change against the original, and how it was obtained."""

    metric: str
    label: str
    value: str
    change: str
    how: str


@dataclass(frozen=True)
class Stop:
    """One point that is presented."""

    mark: Mark
    name: str
    said: str
    """The result in a sentence."""
    why: str
    """Why a saving isn't one, or empty."""
    figures: tuple[LargeFigure, ...]
    everyday: tuple[tuple[str, str], ...] = ()
    """Figures in things of everyday life, each with its source."""
    notes: str = ""
    """What the speaker may say besides."""

    def message(self) -> dict[str, Any]:
        return {
            "mark": current_message(self.mark),
            "start": self.mark.key[:DIGITS],
            "name": self.name,
            "said": self.said,
            "why": self.why,
            "figures": [asdict(figure) for figure in self.figures],
            "everyday": [list(each) for each in self.everyday],
            "notes": self.notes,
        }


@dataclass(frozen=True)
class Allowed:
    """The slider of what may be lost: for each place its words, the claim, and which of ``stops`` it takes, if any."""

    label: str
    places: Sequence[tuple[str, str, str, int | None]]
    """The loss in words, as the address has it, the claim, and the row of the stop."""
    stops: Sequence[Stop]
    at: int
    is_first: bool
    """Whether its claim is what is shown first."""

    def message(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "places": [list(place) for place in self.places],
            "stops": [stop.message() for stop in self.stops],
            "at": self.at,
            "first": self.is_first,
        }


@dataclass(frozen=True)
class Presentation:
    """The stops, which of them and which of the axes is shown at first, and what can't be shown, in words."""

    stops: Sequence[Stop]
    at: int = 0
    cost: int = 0
    notes: str = ""
    allowed: Allowed | None = None

    def message(self) -> dict[str, Any]:
        return {
            "allowed": None if self.allowed is None else self.allowed.message(),
            "stops": [stop.message() for stop in self.stops],
            "at": self.at,
            "cost": self.cost,
            "notes": self.notes,
        }
