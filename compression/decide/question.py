"""What somebody who decides asks for, in their own words: how much may be lost, what it may cost, where it must fit."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from compression.devices import device_named
from compression.errors import UsageError, short, unknown
from compression.point import METRICS, Metric, quality_of

USUAL_LOSS = 1.0
"""Points that may be lost where nothing is asked; of a quality that is no share, percent of the original's."""

Aim = Literal["cost", "quality", "worth"]
"""What is made best: the least cost, the best quality, or quality and costs weighed by their prices."""


@dataclass(frozen=True)
class Question:
    """A question that ``decide`` answers; UsageError in a sentence where it can't be one.

    ``limits`` leave points out, on the worse side of each metric. ``guards`` leave out what is known to break them, and
    the decision is open where the chosen point's were not measured. ``worth`` says how much of a metric one point of
    quality is worth: ``{"latency_ms": 0.02}``. ``axis`` is the cost that counts beside the quality.
    """

    model: str
    lose: float | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    guards: Mapping[str, float] = field(default_factory=dict)
    device: str | None = None
    worth: Mapping[str, float] | None = None
    axis: str = "size_bytes"

    def __post_init__(self) -> None:
        quality = quality_of(self.model)
        if self.lose is not None and not 0 <= self.lose < math.inf:
            raise UsageError(
                f"To lose at most {self.lose:g} points can't be: give a number from 0 on."
            )
        for kind, bounds in (("limit", self.limits), ("guard", self.guards)):
            for name, bound in bounds.items():
                _require_bound(kind, name, bound)
        for name in self.guards:
            if name in self.limits:
                raise UsageError(f"{name} is a limit and a guard: give it once.")
        for name, price in (self.worth or {}).items():
            if _cost(name).field == quality.field or not 0 < price < math.inf:
                raise UsageError(
                    f"A point can't be worth {name}={price:g}: give a cost and a number above 0."
                )
        _cost(self.axis)
        if self.device is not None:
            device_named(self.device)

    @property
    def quality(self) -> Metric:
        return quality_of(self.model)

    @property
    def aim(self) -> Aim:
        """The least cost where a quality is given up to a bound, the best quality where only costs are bounded."""
        if self.worth:
            return "worth"
        bounded = {METRICS[name].chooses or name for name in self.limits}
        if self.lose is not None or self.quality.field in bounded:
            return "cost"
        return "quality" if self.limits or self.device else "cost"

    @property
    def most_lost(self) -> float | None:
        """The points that may be lost: as asked, or the usual where nothing at all is."""
        asked = self.limits or self.device or self.worth
        return USUAL_LOSS if self.lose is None and not asked else self.lose

    @property
    def words(self) -> list[str]:
        """The command that answers it again."""
        given = [] if self.lose is None else ["--lose", f"{self.lose:g}"]
        for name, bound in self.limits.items():
            option = "--max" if METRICS[name].better == "lower" else "--min"
            given += [option, f"{name}={bound:.10g}"]
        for name, bound in self.guards.items():
            given += ["--guard", f"{name}={bound:.10g}"]
        for name, price in (self.worth or {}).items():
            given += ["--worth", f"{name}={price:.10g}"]
        given += [] if self.device is None else ["--device", self.device]
        given += [] if self.axis == "size_bytes" else ["--axis", self.axis]
        return ["python", "-m", "compression", "decide", self.model, *given]

    @property
    def command(self) -> str:
        return shlex.join(self.words)

    def document(self) -> dict[str, Any]:
        """As JSON has it; ``Question(**document)`` is the same question."""
        return asdict(self)


def _require_bound(kind: str, name: str, bound: float) -> None:
    if name not in METRICS:
        raise unknown("metric", name, METRICS)
    if not (isinstance(bound, (int, float)) and math.isfinite(bound)):
        raise UsageError(f"The {kind} {name}={short(bound)} can't be: give a finite number.")


def _cost(name: str) -> Metric:
    if name not in METRICS:
        raise unknown("metric", name, METRICS)
    metric = METRICS[name]
    if metric.is_quality or metric.chooses:
        raise UsageError(f"{name} is what models are judged by, no cost: give one like size_bytes.")
    return metric
