"""What each setting of a layer or of a group of channels costs and damages: what a budget is shared out by. Torch-free.

What layers damage when each alone is changed adds up nearly enough (as in HAWQ-V2, Dong et al., 2019,
arXiv:1911.03852).
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
"""By the name of a layer or group, its setting."""


@dataclass(frozen=True)
class CostRow:
    """A layer or a group of channels, and what each of its settings does."""

    name: str
    size: int
    """Weights, or channels."""
    settings: tuple[Setting, ...]
    """From the whole, which costs most, to the least that may be left."""
    damage: tuple[float, ...]
    """At each setting, what is lost when this layer or group alone is changed."""
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

    def only(self, places: Sequence[int]) -> CostRow:
        """The same with these of its settings alone, in this order."""
        settings, damage, risks = (
            tuple(row[at] for at in places) for row in (self.settings, self.damage, self.risks)
        )
        return replace(self, settings=settings, damage=damage, risk=risks)


class Cost(Protocol):
    """Something that a choice has so much of: bytes, parameters, multiplications."""

    def at(self, choice: Choice) -> Any:
        """Of the whole model, a number."""

    def saved(self, choice: Choice, name: str, settings: Sequence[Setting]) -> NDArray[np.float64]:
        """How much less there is of it where one row alone has each of these settings instead."""

    def coupled(self, name: str) -> Collection[str]:
        """The rows whose savings depend on this one's setting."""

    def as_json(self) -> Mapping[str, Any]:
        """The numbers that the browser adds it up from."""


@dataclass(frozen=True)
class AdditiveCost:
    """What each row costs by itself: straight lines between (setting, cost), settings ascending."""

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
    """All layers or groups of a model, and what choices of them cost, by what is counted."""

    rows: tuple[CostRow, ...]
    costs: Mapping[str, Cost]

    @property
    def whole(self) -> dict[str, Setting]:
        return {row.name: row.settings[0] for row in self.rows}

    @property
    def least(self) -> dict[str, Setting]:
        return {row.name: row.settings[-1] for row in self.rows}

    def nearest(self, choice: Choice) -> dict[str, Setting]:
        """A setting that there is for each row; the whole where the choice says nothing."""
        return {
            row.name: row.settings[row.place(choice.get(row.name, row.settings[0]))]
            for row in self.rows
        }

    def damage(self, choice: Choice) -> float:
        """What a choice is expected to lose: the damages of all rows, added up."""
        return sum(row.damage[row.place(choice[row.name])] for row in self.rows)

    def range(self, metric: str) -> tuple[float, float]:
        """The least and the most of it that there can be."""
        cost = self.costs[metric]
        return cost.at(self.least), cost.at(self.whole)

    def without_waste(self, metric: str) -> CostTable:
        """Of each row only the settings that risk less than all that cost less, the dearest first."""
        rows = []
        for row in self.rows:
            saved = self.costs[metric].saved(self.whole, row.name, row.settings)
            kept: list[int] = []
            for at in sorted(range(len(saved)), key=lambda at: (-saved[at], row.risks[at])):
                if not kept or row.risks[at] < row.risks[kept[-1]]:
                    kept.append(at)
            rows.append(row.only(kept[::-1]))
        return replace(self, rows=tuple(rows))
