"""Sparsities of layers, or widths of groups of channels, for a size or so many multiplications. Torch-free.

From the answers of `layer_parts` and `group_parts`: what any choice costs, what it does to the answers, and the
choice that costs no more than a budget. Damages of parts that are pruned alone add up nearly enough: on ResNet-8
their sum is 0.8 times the divergence at 70 % zeros, on LeNet-5 0.9 to 1.3 times it from 70 to 95 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from compression.errors import UsageError
from compression.techniques.channels.price import Price

Setting = float
"""A layer's share of zeros, or a group's channels."""
Choice = Mapping[str, Setting]

SLACK = 1e-6
"""Bytes by which sums of floats may miss a whole number."""


@dataclass(frozen=True)
class Part:
    """A layer or group. ``settings`` go from untouched to the least that may be left; the rest is for each of them.

    ``damage`` is what the answers suffer when this part alone is pruned [nats]. ``risk`` is what a solver minimises.
    """

    name: str
    size: int
    settings: tuple[Setting, ...]
    damage: tuple[float, ...]
    risk: tuple[float, ...]
    tensors: Mapping[str, int]
    """Its weights, and how many places on their first axis one of its channels has (of a layer: 1)."""

    def place(self, setting: Setting) -> int:
        """Where the nearest setting stands."""
        return min(range(len(self.settings)), key=lambda at: abs(self.settings[at] - setting))


class Cost(Protocol):
    """Something that a choice has so much of: bytes, parameters, multiplications."""

    def at(self, choice: Choice) -> float:
        """For all parts together."""

    def beside(self, choice: Choice, name: str, settings: Sequence[Setting]) -> Any:
        """For the same choice but for one part, at each of its settings: float64 [settings]."""


@dataclass(frozen=True)
class Sums:
    """What each layer costs by itself: straight lines between (share of zeros, cost)."""

    rest: float
    corners: Mapping[str, Sequence[tuple[float, float]]]

    def at(self, choice: Choice) -> float:
        return self.rest + sum(float(self.of(name, choice[name])) for name in self.corners)

    def beside(self, choice: Choice, name: str, settings: Sequence[Setting]) -> Any:
        return self.at(choice) - self.of(name, choice[name]) + self.of(name, np.array(settings))

    def of(self, name: str, setting: Any) -> Any:
        """One layer's own cost."""
        levels, costs = zip(*self.corners[name], strict=True)
        return np.interp(setting, levels, costs)


@dataclass(frozen=True)
class Products:
    """What layers cost whose widths multiply: each depends on the group it reads and the one it writes."""

    price: Price

    def at(self, choice: Choice) -> float:
        return float(self.price.at(choice))

    def beside(self, choice: Choice, name: str, settings: Sequence[Setting]) -> Any:
        return self.price.at({**choice, name: np.array(settings, dtype=np.float64)})


@dataclass(frozen=True)
class Table:
    """All parts of a model, and what choices of them cost, by the metric's name."""

    parts: tuple[Part, ...]
    costs: Mapping[str, Cost]

    @property
    def whole(self) -> dict[str, Setting]:
        return {part.name: part.settings[0] for part in self.parts}

    @property
    def least(self) -> dict[str, Setting]:
        return {part.name: part.settings[-1] for part in self.parts}

    def nearest(self, choice: Choice) -> dict[str, Setting]:
        """A setting that there is for each part; untouched where the choice says nothing."""
        return {
            part.name: part.settings[part.place(choice.get(part.name, part.settings[0]))]
            for part in self.parts
        }

    def damage(self, choice: Choice) -> float:
        """What the answers are expected to suffer: the parts' damages, added up [nats]."""
        return sum(part.damage[part.place(choice[part.name])] for part in self.parts)

    def by_damage(self, taken: float) -> list[str]:
        """The parts, from the one that minds least to the one that minds most when each alone loses that share."""
        found = []
        for part in self.parts:
            setting = taken if part.settings[0] == 0 else part.size * (1 - taken)
            found.append((part.damage[part.place(setting)], part.name))
        return [name for _, name in sorted(found)]

    def range(self, metric: str) -> tuple[float, float]:
        """The least and the most of it that there can be."""
        cost = self.costs[metric]
        return cost.at(self.least), cost.at(self.whole)

    def solve(self, metric: str, budget: float) -> dict[str, Setting]:
        """The choice with little risk that costs at most ``budget``; UsageError if none does.

        From the whole model on, whichever steps risk least for what they save, as far as it takes; then whatever
        still fits comes back.
        """
        cost, choice = self.costs[metric], self.whole
        if not self.range(metric)[0] - SLACK <= budget < np.inf:
            raise UsageError(self._refusal(metric, budget))
        while (now := cost.at(choice)) > budget + SLACK:
            _, name, setting = min(
                step for part in self.parts for step in _best_step(part, cost, choice, now)
            )
            choice[name] = setting
        while (back := _most_won(self.parts, cost, choice, budget)) is not None:
            choice[back[1]] = back[2]
        return choice

    def _refusal(self, metric: str, budget: float) -> str:
        low, high = self.range(metric)
        return (
            f"{UNITS[metric](budget)} can't be met: by this alone the model can have {UNITS[metric](low)} "
            f"to {UNITS[metric](high)}; choose a number in between."
        )


def kilo(value: float) -> str:
    return f"{value / 1000:,.1f}"


UNITS = {
    "bytes": lambda value: f"{kilo(value)} kB",
    "parameters": lambda value: f"{kilo(value)} thousand parameters",
    "macs": lambda value: f"{kilo(value)} thousand multiply-adds",
}


def _best_step(
    part: Part, cost: Cost, choice: Choice, now: float
) -> list[tuple[float, str, Setting]]:
    """Of one part the step that risks least for what it saves; empty where nothing is left to save."""
    start = part.place(choice[part.name])
    further = part.settings[start + 1 :]
    if not further:
        return []
    saved = now - cost.beside(choice, part.name, further)
    risked = np.array(part.risk[start + 1 :]) - part.risk[start]
    slopes = np.where(saved > 0, risked / np.where(saved > 0, saved, 1), np.inf)
    best = int(slopes.argmin())
    return [(float(slopes[best]), part.name, further[best])]


def _most_won(
    parts: Sequence[Part], cost: Cost, choice: Choice, budget: float
) -> tuple[float, str, Setting] | None:
    """The part whose setting before this one wins most of those that still fit in; None if none does."""
    found = []
    for part in parts:
        at = part.place(choice[part.name])
        if at and cost.at({**choice, part.name: part.settings[at - 1]}) <= budget + SLACK:
            won = part.risk[at] - part.risk[at - 1]
            found.append((won, part.name, part.settings[at - 1]))
    return max(found, default=None)
