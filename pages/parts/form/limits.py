"""What the user can't give up: at least this quality, at most this size, latency, energy, memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from compression.point import METRICS, Point, headline_of
from compression.point.certainty import is_comparable
from compression.point.pareto import feasible


def choose_limits(model: str, points: Sequence[Point]) -> dict[str, float]:
    """Number fields, empty for no limit; their values in METRICS' own units, by metric."""
    limits = {}
    for metric in headline_of(model):
        if not any(point.value(metric.field) is not None for point in points):
            continue
        bound = "at least" if metric.better == "higher" else "at most"
        unit = f" ({metric.plain_unit})" if metric.plain_unit else ""
        typed = st.number_input(
            f"{metric.label} {bound}{unit}",
            min_value=0.0,
            value=None,
            format="%g",
            placeholder="no limit",
            key=f"limit-{metric.field}",
            bind="query-params",
            help=metric.help,
        )
        if typed is not None:
            limits[metric.field] = typed / metric.factor
    return limits


def broken_limit(point: Point, limits: Mapping[str, float]) -> str:
    """The first limit that the point breaks, in words; empty if it keeps them all."""
    for name, limit in limits.items():
        if not feasible(point, {name: limit}):
            metric = METRICS[name]
            if not is_comparable(point, name):
                return f"{metric.label.lower()} not certain"
            sign = "<" if metric.better == "higher" else ">"
            value = metric.text(point.value(name))
            return f"{metric.label.lower()} {value} {sign} {metric.text(limit)}"
    return ""
