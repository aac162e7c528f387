"""What the user can't give up: at least this quality, at most this size, latency, energy, memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from compression.point import METRICS, Metric, Point, headline_of
from compression.point.certainty import is_comparable
from compression.point.pareto import feasible


def choose_limits(model: str, points: Sequence[Point]) -> dict[str, float]:
    """Number fields for what any of the points has; see ``typed_limits``."""
    measured = [m for m in headline_of(model) if any(p.value(m.field) is not None for p in points)]
    return typed_limits(model, measured, key="limit", bind="query-params")


def typed_limits(
    model: str,
    metrics: Sequence[Metric] | None = None,
    *,
    key: str,
    bind: Literal["query-params"] | None = None,
    stand: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Number fields, empty for no limit but where they ``stand``; their values in METRICS' own units, by metric."""
    limits, stand = {}, stand or {}
    for metric in headline_of(model) if metrics is None else metrics:
        bound = "at least" if metric.better == "higher" else "at most"
        unit = f" ({metric.plain_unit})" if metric.plain_unit else ""
        typed = st.number_input(
            f"{metric.label} {bound}{unit}",
            min_value=0.0,
            value=stand[metric.field] * metric.factor if metric.field in stand else None,
            format="%g",
            placeholder="no limit",
            key=f"{key}-{metric.field}",
            bind=bind,
            help=metric.help,
        )
        if typed is not None:
            limits[metric.field] = typed / metric.factor
    return limits


def breaks(point: Point, name: str, limit: float) -> bool:
    """Whether the point is known to break a guard; what was not measured breaks none."""
    return point.value(name) is not None and not feasible(point, {name: limit})


def broken_limit(point: Point, limits: Mapping[str, float]) -> str:
    """The first limit that the point breaks, in words; empty if it keeps them all."""
    for name, limit in limits.items():
        if not feasible(point, {name: limit}):
            metric = METRICS[name]
            if not is_comparable(point, name):
                return f"{metric.label.lower()} not certain"
            if point.value(name) is None:
                return f"{metric.label.lower()} not measured"
            sign = "<" if metric.better == "higher" else ">"
            value = metric.text(point.value(name))
            return f"{metric.label.lower()} {value} {sign} {metric.text(limit)}"
    return ""


def broken_guard(point: Point, guards: Mapping[str, float]) -> str:
    """The first guard that the point is known to break, in words; empty if there is none."""
    known = {name: limit for name, limit in guards.items() if point.value(name) is not None}
    return broken_limit(point, known)
