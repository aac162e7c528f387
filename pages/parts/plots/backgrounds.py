"""The plots' background computed from points: how each stands, where the fronts bend, what breaks a limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from compression.point import Point
from compression.point.pareto import feasible
from compression.point.several import knees_by_model, standings_by_model
from pages.parts.form.limits import breaks, broken_limit
from pages.parts.plots.plot_points import ON_DEVICES, PlotPoints

Standing = dict[str, Sequence[int]]


@dataclass(frozen=True)
class Bounds:
    """Limits, which a point must be known to keep, and guards, which it must not be known to break."""

    limits: Mapping[str, float] = field(default_factory=dict)
    guards: Mapping[str, float] = field(default_factory=dict)

    def allow(self, point: Point) -> bool:
        return feasible(point, self.limits) and not self._broken(point)

    def refused(self, points: Sequence[Point], allowed: Sequence[bool]) -> dict[str, str]:
        """By key, the first that a point breaks, in words."""
        return {
            p.key: broken_limit(p, self.limits) or broken_limit(p, self._broken(p))
            for p, ok in zip(points, allowed, strict=True)
            if not ok
        }

    def _broken(self, point: Point) -> dict[str, float]:
        return {name: at for name, at in self.guards.items() if breaks(point, name, at)}


def background_of(
    points: Sequence[Point], metrics: Iterable[str], bounds: Bounds, *, version: str
) -> PlotPoints:
    """Points outside ``bounds`` are crossed out and off the front."""
    allowed = [bounds.allow(point) for point in points]
    standing = _standing(points, metrics, allowed)
    return PlotPoints.of(
        points,
        version=version,
        standing=standing,
        knees=_knees(points, standing),
        refused=bounds.refused(points, allowed),
    )


def background_on(
    base: PlotPoints, points: Sequence[Point], bounds: Bounds, *, version: str, device: str
) -> PlotPoints:
    """The same background with the points' times and energies on a device: what doesn't depend on it is taken over."""
    allowed = [bounds.allow(point) for point in points]
    moved = [name for name in base.standing if name in ON_DEVICES or bounds.limits]
    standing = _standing(points, moved, allowed)
    return base.on_device(
        points,
        version=version,
        device=device,
        standing={**base.standing, **standing},
        knees={**base.knees, **_knees(points, standing)},
        refused=bounds.refused(points, allowed),
    )


def _standing(points: Sequence[Point], metrics: Iterable[str], allowed: Sequence[bool]) -> Standing:
    return {metric: standings_by_model(points, allowed, metric) for metric in metrics}


def _knees(points: Sequence[Point], standing: Standing) -> dict[str, list[int]]:
    return {metric: knees_by_model(points, ranks, metric) for metric, ranks in standing.items()}
