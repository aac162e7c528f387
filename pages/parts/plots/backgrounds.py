"""The plots' background computed from points: how each stands, where the fronts bend, what breaks a limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

from compression.point import Point
from compression.point.knees import knee_rows
from compression.point.pareto import DOMINATED, ON_FRONT, feasible, standings
from pages.parts.form.limits import broken_limit
from pages.parts.plots.plot_points import ON_DEVICES, PlotPoints

Standing = dict[str, Sequence[int]]


def background_of(
    points: Sequence[Point], metrics: Iterable[str], bounds: Mapping[str, float], *, version: str
) -> PlotPoints:
    """Points outside ``bounds`` are crossed out and off the front."""
    allowed = [feasible(point, bounds) for point in points]
    standing = _standing(points, metrics, allowed)
    return PlotPoints.of(
        points,
        version=version,
        standing=standing,
        knees=_knees(points, standing),
        refused=_refused(points, allowed, bounds),
    )


def background_on(
    base: PlotPoints,
    points: Sequence[Point],
    bounds: Mapping[str, float],
    *,
    version: str,
    device: str,
) -> PlotPoints:
    """The same background with the points' times and energies on a device: what doesn't depend on it is taken over."""
    allowed = [feasible(point, bounds) for point in points]
    moved = [name for name in base.standing if name in ON_DEVICES or bounds]
    standing = _standing(points, moved, allowed)
    return base.on_device(
        points,
        version=version,
        device=device,
        standing={**base.standing, **standing},
        knees={**base.knees, **_knees(points, standing)},
        refused=_refused(points, allowed, bounds),
    )


def _standing(points: Sequence[Point], metrics: Iterable[str], allowed: Sequence[bool]) -> Standing:
    standing: Standing = {}
    for metric in metrics:
        ranks = iter(standings(list(compress(points, allowed)), metric))
        standing[metric] = [next(ranks) if ok else DOMINATED for ok in allowed]
    return standing


def _knees(points: Sequence[Point], standing: Standing) -> dict[str, list[int]]:
    if not points:
        return {}
    return {
        metric: knee_rows(points, metric, [rank == ON_FRONT for rank in ranks])
        for metric, ranks in standing.items()
    }


def _refused(
    points: Sequence[Point], allowed: Sequence[bool], bounds: Mapping[str, float]
) -> dict[str, str]:
    return {p.key: broken_limit(p, bounds) for p, ok in zip(points, allowed, strict=True) if not ok}
