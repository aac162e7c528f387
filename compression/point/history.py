"""What a search has looked at, in order, and what that comes to: front, hypervolume, cost. Torch-free.

By figures of the validation examples alone, as the search itself; what the test set says is reported apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, median

import numpy as np

from compression.models.catalogue import model_card
from compression.point.hypervolume import growth
from compression.point.metrics import METRICS
from compression.point.pareto import front_mask
from compression.point.point import Measurement, Point
from compression.recipe import Recipe
from compression.recipe.goal import Goal


@dataclass(frozen=True)
class Evaluation:
    """One setting that was looked at, with each of its seeds."""

    number: int
    """From 1."""
    batch: int
    recipe: Recipe
    """With the first of its seeds."""
    seeds: int = 1
    points: tuple[Point, ...] = ()
    """Those that are there."""
    error: str = ""
    """Why one of them could not be measured."""
    thinking_seconds: float = 0.0
    """Processor time that choosing its batch took, with the first of the batch."""

    @property
    def is_measured(self) -> bool:
        return len(self.points) == self.seeds

    @property
    def is_awaited(self) -> bool:
        return not self.is_measured and not self.error

    def value(self, metric: str) -> float | None:
        """The mean over its seeds, once all are there."""
        values = [point.value(metric) for point in self.points]
        known = [value for value in values if value is not None]
        return fmean(known) if self.is_measured and len(known) == self.seeds else None

    @property
    def cpu_seconds(self) -> float | None:
        """What measuring took; of points of earlier versions the time of one worker, which works on one core."""
        spent = [p.seconds if p.cpu_seconds is None else p.cpu_seconds for p in self.points]
        known = [seconds for seconds in spent if seconds is not None]
        return sum(known) if known and len(known) == len(spent) else None


@dataclass(frozen=True)
class History:
    """All evaluations of one search so far."""

    goal: Goal
    evaluations: tuple[Evaluation, ...]

    @cached_property
    def costs(self) -> list[list[float] | None]:
        """Of each evaluation, as `costs_of` has them."""
        return [self.costs_of(each) for each in self.evaluations]

    @cached_property
    def front(self) -> list[Evaluation]:
        """Those that no other beats, by size or whatever is traded against the first objective."""
        found = [
            (each, cost) for each, cost in zip(self.evaluations, self.costs, strict=True) if cost
        ]
        if not found:
            return []
        best = front_mask(np.array([cost for _, cost in found]))
        kept = [pair for pair, is_best in zip(found, best, strict=True) if is_best]
        return [each for each, cost in sorted(kept, key=lambda pair: pair[1][-1])]

    def hypervolumes(self, reference: Sequence[float]) -> list[float]:
        """After each evaluation; the points that were known before are not counted, for they are no merit of it."""
        return growth(self.costs, reference)

    @cached_property
    def cpu_seconds(self) -> list[float]:
        """Spent until each evaluation was there, thinking included; what is not known counts as nothing."""
        total, spent = 0.0, []
        for each in self.evaluations:
            total += each.thinking_seconds + (each.cpu_seconds or 0.0)
            spent.append(total)
        return spent

    @property
    def failures(self) -> list[Evaluation]:
        return [each for each in self.evaluations if each.error]

    def costs_of(self, each: Evaluation | Point) -> list[float] | None:
        """Lower is better; None where there is none, or where it breaks a limit."""
        excess = self.goal.excess(each)
        return self.goal.costs(each) if excess is not None and max(excess, default=0) <= 0 else None


def reference_of(goal: Goal, original: Point | None, histories: Sequence[History]) -> list[float]:
    """What hypervolumes are counted from: a network that guesses, as costly as the original.

    A quality that is no share is counted from twice the original's; where the original has no such figure, from the
    worst that was seen.
    """
    reference = []
    for number, objective in enumerate(goal.objectives):
        metric = METRICS[objective.metric]
        value = None if original is None else original.value(objective.metric)
        if original is not None and (metric.is_quality or metric.chooses):
            classes = model_card(original.recipe.model).data.classes
            is_share = metric.style == "percent" and len(classes) > 0
            value = 1 / len(classes) if is_share else None if value is None else 2 * value
        if value is not None:
            reference.append(objective.cost(value))
            continue
        seen = [cost[number] for history in histories for cost in history.costs if cost]
        reference.append(max(seen, default=0.0))
    return reference


def energy_of(cpu_seconds: float, points: Sequence[Point]) -> Measurement | None:
    """Joules of so much processor time at the power that the points' own energy figures were worked out with.

    Always modelled: nobody counted while the search ran. None where no point has an energy.
    """
    watts = [
        energy / latency
        for point in points
        if (energy := point.value("energy_mj")) and (latency := point.value("latency_ms"))
    ]
    if not watts:
        return None
    power = median(watts)
    note = f"{power:.3g} W for a busy core x {cpu_seconds:.0f} s of processor time"
    return Measurement(value=power * cpu_seconds, unit="J", how="modelled", note=note)
