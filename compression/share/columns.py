"""Points in columns, as our plots' scripts read them; the front and its limits are found in the browser."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from compression.point import METRICS, Point, axis_costs, quality_of
from compression.point.certainty import is_comparable
from compression.point.choosing import chooser_of
from compression.point.knees import knee_rows
from compression.point.pareto import ON_FRONT, standings
from compression.point.trade_off import TradeOff
from compression.recipe import Recipe, step_words

SIX = "{:.6g}"
"""Digits that travel: more can't be seen."""


def columns(points: Sequence[Point]) -> dict[str, Any]:
    """Full points of one model, the original first; texts stand beside figures by their row."""
    names = [name for name in METRICS if any(p.value(name) is not None for p in points)]
    taken = {name: [_figure(p, name) for p in points] for name in names}
    return {
        "keys": [p.key for p in points],
        "labels": [_name(p.recipe) for p in points],
        "commands": [command_of(p.recipe) for p in points],
        "techniques": [p.recipe.technique for p in points],
        "bundled": [1 for _ in points],
        "values": {name: [each[0] for each in column] for name, column in taken.items()},
        "low": _known({name: [each[1] for each in column] for name, column in taken.items()}),
        "high": _known({name: [each[2] for each in column] for name, column in taken.items()}),
        "modelled": _known({name: [each[3] for each in column] for name, column in taken.items()}),
        "elsewhere": _elsewhere(points, names),
        "uncertain": _uncertain(points, names),
        "chooser": chooser_of(points),
        "quality": quality_of(points[0].recipe.model).field,
        "knees": _knees(points),
        "spoken_of": _spoken_of(points),
        "answers": [p.shown for p in points],
        "left": [p.left for p in points],
    }


def metrics() -> dict[str, dict[str, Any]]:
    """What the browser has to know of each metric."""
    costs = {metric.field for metric in axis_costs()}
    return {
        name: {
            "label": metric.label,
            "style": metric.style,
            "better": metric.better,
            "help": metric.help,
            "axis": metric.axis if name in costs else None,
            "factor": metric.factor,
            "unit": metric.plain_unit,
            "headline": metric.headline,
        }
        for name, metric in METRICS.items()
    }


def command_of(recipe: Recipe) -> str:
    """The line that measures the recipe again."""
    seed = ["--seed", str(recipe.seed)] if recipe.seed else []
    return shlex.join(
        ["python", "-m", "compression", "run", recipe.model, *step_words(recipe.steps), *seed]
    )


def _elsewhere(points: Sequence[Point], names: Sequence[str]) -> dict[str, dict[int, str]]:
    """Of figures measured elsewhere, by metric and row, who says so."""
    found: dict[str, dict[int, str]] = {}
    for name in names:
        for row, point in enumerate(points):
            m = point.measurements.get(name)
            if m is not None and m.how == "elsewhere":
                found.setdefault(name, {})[row] = point.source or m.note.partition(";")[0]
    return found


def _name(recipe: Recipe) -> str:
    return f"{recipe.describe()} (seed {recipe.seed})" if recipe.seed else recipe.describe()


def _figure(point: Point, name: str) -> tuple[float | None, float | None, float | None, int]:
    m = point.measurements.get(name)
    if m is None:
        return None, None, None, 0
    return _short(m.value), _short(m.low), _short(m.high), int(m.how == "modelled")


def _short(value: float | None) -> float | None:
    if value is None:
        return None
    short = float(SIX.format(value))
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def _known(found: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: column for name, column in found.items() if any(column)}


def _uncertain(points: Sequence[Point], names: Sequence[str]) -> dict[str, list[int]]:
    """Rows whose time is not known well enough to decide a front."""
    rows = {
        name: [row for row, point in enumerate(points) if not is_comparable(point, name)]
        for name in names
    }
    return {name: found for name, found in rows.items() if found}


def _knees(points: Sequence[Point]) -> dict[str, list[int]]:
    """Rows of the knees of the front of all, by its cost."""
    found = {}
    for metric in axis_costs():
        if any(p.value(metric.field) is not None for p in points):
            on_front = [rank == ON_FRONT for rank in standings(points, metric.field)]
            found[metric.field] = knee_rows(points, metric.field, on_front)
    return {name: rows for name, rows in found.items() if rows}


def _spoken_of(points: Sequence[Point]) -> int:
    """The row of the point to look at first."""
    found = TradeOff.of(points)
    spoken = found.spoken_of if found else None
    return 0 if spoken is None else [p.key for p in points].index(spoken.key)
