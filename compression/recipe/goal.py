"""What a search is after: metrics to bring down or up, and limits that count before them. Torch-free.

Plain figures: `compression.point.goals` makes a goal from METRICS, which alone knows directions.
"""

from __future__ import annotations

import math
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

MAX_OBJECTIVES = 3
"""More make nearly every point one that no other beats."""

SMALLEST = 1e-12
"""Stands for zero where a logarithm or a quotient is taken."""

Better = Literal["lower", "higher"]


class Valued(Protocol):
    """A point, as far as a goal looks at it."""

    def value(self, metric: str) -> float | None: ...


class Objective(BaseModel):
    """A metric to make as good as it gets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    better: Better
    log: bool = False
    """Looked at as ratios: from 2 to 1 kB is as far as from 20 to 10."""

    def cost(self, value: float) -> float:
        """The value with lower as better."""
        looked_at = math.log10(max(value, SMALLEST)) if self.log else value
        return looked_at if self.better == "lower" else -looked_at


class Limit(BaseModel):
    """A bound on the worse side of a metric: ``at most`` of one that should be low, else ``at least``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    better: Better
    bound: FiniteFloat

    def excess(self, value: float) -> float:
        """How far the value is beyond the bound, as a share of it; none or less keeps it."""
        beyond = value - self.bound if self.better == "lower" else self.bound - value
        return beyond / max(abs(self.bound), SMALLEST)


class Goal(BaseModel):
    """Objectives, the first of which is the model's quality by default, and limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    objectives: tuple[Objective, ...] = Field(min_length=1, max_length=MAX_OBJECTIVES)
    limits: tuple[Limit, ...] = ()

    def costs(self, point: Valued) -> list[float] | None:
        """One for each objective, lower is better; None where one was not measured."""
        values = [point.value(objective.metric) for objective in self.objectives]
        pairs = zip(self.objectives, values, strict=True)
        costs = [objective.cost(value) for objective, value in pairs if value is not None]
        return costs if len(costs) == len(self.objectives) else None

    def excess(self, point: Valued) -> list[float] | None:
        """One for each limit, above 0 where the point breaks it; None where one was not measured."""
        values = [point.value(limit.metric) for limit in self.limits]
        pairs = zip(self.limits, values, strict=True)
        excess = [limit.excess(value) for limit, value in pairs if value is not None]
        return excess if len(excess) == len(self.limits) else None
