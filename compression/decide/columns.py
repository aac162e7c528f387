"""Points as columns of numbers, so that ten thousand are judged at once; on a device, those of each graph once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compression.devices import Device, Fit, device_named, fit, on_device
from compression.devices.on_device import works_of
from compression.point import METRICS, Point
from compression.point.certainty import is_certain, is_comparable, is_timed

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """What ``decide`` looks at, a row a point; NaN where it was not measured, or is not certain enough to compare."""

    points: tuple[Point, ...]
    is_full: NDArray[np.bool_]
    costs: Mapping[str, Numbers]
    """By metric, lower is better."""
    ends: Mapping[str, tuple[Numbers, Numbers, Numbers]]
    """Value, low and high of the qualities, by metric."""
    memory: Mapping[str, Numbers]
    """Of a device's memories, by name, the share that is needed of what there is; empty without one."""
    allowed: Mapping[str, float]
    """Bytes that each of those memories has."""
    works: Mapping[str, str]
    """What graphs do on a device, see ``works_of``; empty without one."""

    @classmethod
    def of(
        cls,
        points: Sequence[Point],
        original: Point | None,
        *,
        costs: Iterable[str],
        qualities: Iterable[str],
        device: str | None = None,
    ) -> Columns:
        seen = None if device is None else _Seen.of(points, original, device_named(device))
        return cls(
            points=tuple(points),
            is_full=np.array([point.stage == "full" for point in points], dtype=bool),
            costs={name: _costs(points, name, seen) for name in dict.fromkeys(costs)},
            ends={name: _ends(points, name) for name in dict.fromkeys(qualities)},
            memory={} if seen is None else seen.memory(),
            allowed={} if seen is None else seen.allowed(),
            works={} if seen is None else seen.works,
        )


@dataclass(frozen=True)
class _Seen:
    """Points on a device: one of each kind, for points of one graph and number format are alike there."""

    kinds: tuple[Point, ...]
    fits: tuple[Fit, ...]
    kind_of: NDArray[np.int64]
    works: Mapping[str, str]

    @classmethod
    def of(cls, points: Sequence[Point], original: Point | None, device: Device) -> _Seen:
        works = works_of([*points, *([original] if original else [])])
        has_halves = not {"float16", "bfloat16"}.isdisjoint(device.rates)
        rows: dict[object, int] = {}
        kinds: list[Point] = []
        kind_of = np.zeros(len(points), dtype=np.int64)
        for row, point in enumerate(points):
            work = point.work or works.get(point.graph, "")
            formats = _formats(point) if has_halves else None
            known = point.key if point.key in device.elsewhere else ""
            kind = (work, formats, known)
            if kind not in rows:
                rows[kind] = len(kinds)
                kinds.append(point)
            kind_of[row] = rows[kind]
        return cls(
            tuple(on_device(point, device, original, works) for point in kinds),
            tuple(fit(point, device, works=works) for point in kinds),
            kind_of,
            works,
        )

    def costs(self, name: str) -> Numbers:
        known = [_cost(p, name) if is_comparable(p, name) else np.nan for p in self.kinds]
        return np.array(known, dtype=float)[self.kind_of]

    def memory(self) -> dict[str, Numbers]:
        return {
            name: np.array([_used(found, name) for found in self.fits], dtype=float)[self.kind_of]
            for name in self.allowed()
        }

    def allowed(self) -> dict[str, float]:
        rooms = {limit.name: limit.allowed for found in self.fits for limit in found.limits}
        return rooms or {
            "memory": 1.0
        }  # nothing runs there: all of it is unknown, and so not allowed


def _costs(points: Sequence[Point], name: str, seen: _Seen | None) -> Numbers:
    if seen is not None and is_timed(name):
        return seen.costs(name)
    sign = METRICS[name].cost(1.0)
    costs = sign * np.array(
        [None if (m := p.measurements.get(name)) is None else m.value for p in points], dtype=float
    )
    if is_timed(name):
        costs[~_certain(points, name)] = np.nan
    return costs


def _certain(points: Sequence[Point], name: str) -> NDArray[np.bool_]:
    """``certainty.is_comparable`` of many, for a metric that hangs on time."""
    known = (p.measurements.get("speedup") or p.measurements.get(name) for p in points)
    certain = [m is None or m.how == "modelled" or is_certain(m) for m in known]
    return np.array(certain, dtype=bool)


def _ends(points: Sequence[Point], name: str) -> tuple[Numbers, Numbers, Numbers]:
    missing = (None, None, None)
    rows = [
        missing if (m := p.measurements.get(name)) is None else (m.value, m.low, m.high)
        for p in points
    ]
    value, low, high = np.array(rows, dtype=float).reshape(-1, 3).T
    return value, low, high


def _formats(point: Point) -> frozenset[str]:
    """By which a point's number format on a device may differ from that of others with its graph."""
    return frozenset(layer.format for layer in point.layers if len(layer.shape) > 1)


def _cost(point: Point, name: str) -> float:
    value = point.value(name)
    return float("nan") if value is None else METRICS[name].cost(value)


def _used(found: Fit, name: str) -> float:
    return next((limit.use for limit in found.limits if limit.name == name), float("nan"))
