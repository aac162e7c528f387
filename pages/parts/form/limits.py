"""What the user can't give up: at least this accuracy, at most this size, latency, energy, memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from compression.point import METRICS, Point
from compression.point.pareto import feasible

LIMITED = ("accuracy", "size_bytes", "latency_ms", "energy_mj", "memory_bytes")
_SCALE = {"percent": 100.0, "bytes": 1e-3}
_UNIT = {"percent": "%", "bytes": "kB", "ms": "ms", "mJ": "mJ"}


def choose_limits(points: Sequence[Point]) -> dict[str, float]:
    """Number fields, empty for no limit; their values in METRICS' own units, by metric."""
    limits = {}
    for name in LIMITED:
        if not any(point.value(name) is not None for point in points):
            continue
        metric = METRICS[name]
        bound = "at least" if metric.better == "higher" else "at most"
        typed = st.number_input(
            f"{metric.label} {bound} ({_UNIT[metric.style]})",
            min_value=0.0,
            value=None,
            format="%g",
            placeholder="no limit",
            key=f"limit-{name}",
            bind="query-params",
            help=metric.help,
        )
        if typed is not None:
            limits[name] = typed / _SCALE.get(metric.style, 1.0)
    return limits


def broken_limit(point: Point, limits: Mapping[str, float]) -> str:
    """The first limit that the point breaks, in words; empty if it keeps them all."""
    for name, limit in limits.items():
        if not feasible(point, {name: limit}):
            metric = METRICS[name]
            sign = "<" if metric.better == "higher" else ">"
            value = metric.text(point.value(name))
            return f"{metric.label.lower()} {value} {sign} {metric.text(limit)}"
    return ""
