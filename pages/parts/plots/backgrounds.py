"""The plots' background under limits: how each point stands, where the fronts bend, what breaks a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from compression.point import Point
from compression.point.several import Fronts
from pages.parts.form.limits import broken_guard, broken_limit
from pages.parts.plots.plot_points import PlotPoints


@dataclass(frozen=True)
class Bounds:
    """Limits, which a point must be known to keep, and guards, which it must not be known to break."""

    limits: Mapping[str, float] = field(default_factory=dict)
    guards: Mapping[str, float] = field(default_factory=dict)

    def refused(self, points: Sequence[Point]) -> dict[str, str]:
        """By key, the first that a point breaks, in words."""
        if not self.limits and not self.guards:
            return {}
        told = (broken_limit(p, self.limits) or broken_guard(p, self.guards) for p in points)
        return {p.key: said for p, said in zip(points, told, strict=True) if said}


def judged(
    columns: PlotPoints,
    points: Sequence[Point],
    fronts: Sequence[Fronts],
    bounds: Bounds,
    *,
    version: str,
) -> PlotPoints:
    """Points outside ``bounds`` are crossed out and off the fronts."""
    refused = bounds.refused(points)
    allowed = np.array([point.key not in refused for point in points], dtype=bool)
    standing = {each.x: each.standing(allowed) for each in fronts}
    return replace(
        columns,
        version=version,
        standing=standing,
        knees={each.x: each.knees(standing[each.x]) for each in fronts},
        refused=refused,
    )
