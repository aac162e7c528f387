"""A point as one flat row of a table, and the row as a point again. What a row says is not believed here, only read."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compression.point import METRICS, Point
from compression.recipe import Recipe, format_step

Row = dict[str, Any]

ABOUT = ("key", "model", "steps", "seed", "recipe", "origin")
PARTS = ("value", "low", "high", "n", "how")
"""Of each figure; its unit is METRICS' own, which the columns of `UNIT` repeat."""

UNIT = "unit"
MADE = ("stage", "source", "created", "seconds", "cpu_seconds", "graph", "shown", "work", "left")
"""Of a point besides its figures, as they are; then `environment`, `layers` and `notes` as JSON texts."""

TEXTS = ("environment", "layers", "notes")
NUMBERS = ("seconds", "cpu_seconds")


def columns(metrics: Iterable[str] = METRICS) -> list[str]:
    """All there are, in their order."""
    figures = [f"{name}_{part}" for name in metrics for part in (*PARTS, UNIT)]
    return [*ABOUT, *figures, *MADE, *TEXTS]


def row_of(point: Point) -> Row:
    """Everything that a point is, but for the file that this machine kept."""
    recipe, body = point.recipe, point.model_dump(mode="json")
    row: Row = {
        "key": point.key,
        "model": recipe.model,
        "steps": shlex.join(map(format_step, recipe.steps)),
        "seed": recipe.seed,
        "recipe": recipe.describe(),
        "origin": point.origin,
        **{name: body[name] for name in MADE},
        "environment": _json(body["environment"]),
        "layers": _json(body["layers"]) if body["layers"] else "",
        "notes": _json({n: m.note for n, m in point.measurements.items() if m.note}),
    }
    for name, measured in point.measurements.items():
        row |= {f"{name}_{part}": getattr(measured, part) for part in (*PARTS, UNIT)}
    return row


def used_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """All columns but those of figures that none of the rows has."""
    there = {name for row in rows for name in row}
    metrics = [name for name in METRICS if f"{name}_value" in there]
    return columns(metrics)


def body_of(row: Mapping[str, Any]) -> Row:
    """The row as a point's JSON, to be validated; ValueError where a text is no JSON of its kind."""
    notes = _parsed(row.get("notes"), dict)
    body: Row = {
        "recipe": {
            "model": row.get("model"),
            "steps": Recipe.build(
                str(row.get("model")), shlex.split(str(row.get("steps") or ""))
            ).model_dump()["steps"],
            "seed": _number(row.get("seed") or 0),
        },
        "measurements": _measurements(row, notes),
        "environment": _parsed(row.get("environment"), dict),
        "layers": _parsed(row.get("layers"), list),
    }
    for name in MADE:
        value = row.get(name)
        if value not in (None, ""):
            body[name] = _number(value) if name in NUMBERS else str(value)
    return body


def _measurements(row: Mapping[str, Any], notes: Mapping[str, Any]) -> Row:
    found = {}
    for name, metric in METRICS.items():
        value = row.get(f"{name}_value")
        parts = {part: row.get(f"{name}_{part}") for part in (*PARTS, UNIT)}
        if value in (None, "") and parts[UNIT] in (None, ""):
            continue
        found[name] = {
            "value": _or_none(value),
            "low": _or_none(parts["low"]),
            "high": _or_none(parts["high"]),
            "n": _or_none(parts["n"]),
            "how": parts["how"] or "measured",
            "unit": metric.unit if parts[UNIT] in (None, "") else str(parts[UNIT]),
            "note": notes.get(name, ""),
        }
    return found


def _or_none(value: Any) -> float | int | None:
    return None if value in (None, "") else _number(value)


def _number(value: Any) -> float | int:
    """A number from a cell; ValueError where it is none, or not a number."""
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")
    if isinstance(value, (int, float)):
        return value
    text = str(value).strip()
    if len(text) > 40:
        raise ValueError(f"{text[:20]}… is too long for a number")
    try:
        return int(text)
    except ValueError:
        return float(text)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _parsed(text: Any, kind: type) -> Any:
    if text in (None, ""):
        return kind()
    found = json.loads(text) if isinstance(text, str) else text
    if not isinstance(found, kind):
        raise ValueError("a text that should be JSON is of another kind")
    return found
