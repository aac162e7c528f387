"""What each setting of a model's parts costs and damages: the table that a budget is shared out from. Torch-free.

A part is a layer with its bits or its share of zeros, or a group of channels with its width. What parts damage when
each alone is changed adds up nearly enough (as in HAWQ-V2, Dong et al., 2019, arXiv:1911.03852).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Setting = float
"""A layer's bits or its share of zeros, or a group's channels."""
Choice = Mapping[str, Setting]
"""By a part's name, where it stands."""


@dataclass(frozen=True)
class Part:
    """A layer or a group of channels, and what each of its settings does."""

    name: str
    size: int
    """Weights, or channels."""
    settings: tuple[Setting, ...]
    """From the whole, which costs most, to the least that may be left."""
    damage: tuple[float, ...]
    """At each setting, what is lost when this part alone is changed."""
    risk: tuple[float, ...] | None = None
    """At each setting, what is to be kept low when a budget is shared out, where that isn't the damage itself."""
    tensors: Mapping[str, int] = field(default_factory=dict)
    """Its weights, and how many places on their first axis one of its channels has (of a layer: 1)."""

    @property
    def risks(self) -> tuple[float, ...]:
        return self.damage if self.risk is None else self.risk

    def place(self, setting: Setting) -> int:
        """Where the nearest setting stands."""
        return min(range(len(self.settings)), key=lambda at: abs(self.settings[at] - setting))

    def only(self, places: Sequence[int]) -> Part:
        """The same with these of its settings alone, in this order."""
        settings, damage, risks = (
            tuple(row[at] for at in places) for row in (self.settings, self.damage, self.risks)
        )
        return replace(self, settings=settings, damage=damage, risk=risks)


class Cost(Protocol):
    """Something that a choice has so much of: bytes, parameters, multiplications."""

    def at(self, choice: Choice) -> Any:
        """For all parts together, a number."""

    def saved(self, choice: Choice, name: str, settings: Sequence[Setting]) -> NDArray[np.float64]:
        """How much less there is of it where one part alone stands at each of these settings instead."""

    def coupled(self, name: str) -> Collection[str]:
        """The parts whose savings depend on where this one stands."""

    def as_json(self) -> Mapping[str, Any]:
        """The numbers that the browser adds it up from."""


@dataclass(frozen=True)
class AdditiveCost:
    """What each part costs by itself: straight lines between (setting, cost), settings ascending."""

    rest: float
    corners: Mapping[str, Sequence[tuple[Setting, float]]]

    def at(self, choice: Choice) -> float:
        return self.rest + sum(float(self._of(name, choice[name])) for name in self.corners)

    def saved(self, choice: Choice, name: str, settings: Sequence[Setting]) -> NDArray[np.float64]:
        now, *others = self._of(name, [choice[name], *settings])
        return now - np.array(others)

    def coupled(self, name: str) -> Collection[str]:
        return ()

    def as_json(self) -> Mapping[str, Any]:
        return {"rest": self.rest, "corners": self.corners}

    def _of(self, name: str, setting: Any) -> Any:
        levels, costs = zip(*self.corners[name], strict=True)
        return np.interp(setting, levels, costs)


@dataclass(frozen=True)
class CostTable:
    """All parts of a model, and what choices of them cost, by what is counted."""

    parts: tuple[Part, ...]
    costs: Mapping[str, Cost]

    @property
    def whole(self) -> dict[str, Setting]:
        return {part.name: part.settings[0] for part in self.parts}

    @property
    def least(self) -> dict[str, Setting]:
        return {part.name: part.settings[-1] for part in self.parts}

    def nearest(self, choice: Choice) -> dict[str, Setting]:
        """A setting that there is for each part; the whole where the choice says nothing."""
        return {
            part.name: part.settings[part.place(choice.get(part.name, part.settings[0]))]
            for part in self.parts
        }

    def damage(self, choice: Choice) -> float:
        """What all parts together are expected to lose: their damages, added up."""
        return sum(part.damage[part.place(choice[part.name])] for part in self.parts)

    def range(self, metric: str) -> tuple[float, float]:
        """The least and the most of it that there can be."""
        cost = self.costs[metric]
        return cost.at(self.least), cost.at(self.whole)

    def without_waste(self, metric: str) -> CostTable:
        """Of each part only the settings that risk less than all that cost less, the dearest first."""
        parts = []
        for part in self.parts:
            saved = self.costs[metric].saved(self.whole, part.name, part.settings)
            kept: list[int] = []
            for at in sorted(range(len(saved)), key=lambda at: (-saved[at], part.risks[at])):
                if not kept or part.risks[at] < part.risks[kept[-1]]:
                    kept.append(at)
            parts.append(part.only(kept[::-1]))
        return replace(self, parts=tuple(parts))
