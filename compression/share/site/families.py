"""Points that differ by knobs alone, so that a slider can go from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compression.point import Point
from compression.techniques import TECHNIQUES
from compression.techniques.step import Knob, Step

LEAST = 3
"""Points below which there is nothing to move among."""


def families(points: Sequence[Point]) -> list[dict[str, Any]]:
    """One for each order of techniques: its knobs that move, the values that were measured, and each point's own.

    ``rows`` has for each point its row and the place of its value of each knob.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, point in enumerate(points):
        if point.recipe.steps:
            groups.setdefault(_order(point), []).append(row)
    found = [_family(order, rows, points) for order, rows in groups.items() if len(rows) >= LEAST]
    return sorted((each for each in found if each["knobs"]), key=lambda each: -len(each["rows"]))


def _order(point: Point) -> tuple[str, ...]:
    return tuple(step.technique for step in point.recipe.steps)


def _family(order: tuple[str, ...], rows: Sequence[int], points: Sequence[Point]) -> dict[str, Any]:
    knobs = [
        moved
        for place, technique in enumerate(order)
        for knob in TECHNIQUES[technique].knobs()
        if (moved := _moved(place, technique, knob, rows, points, len(order) > 1))
    ]
    seeds = sorted({points[row].recipe.seed for row in rows})
    if len(seeds) > 1:
        own = [seeds.index(points[row].recipe.seed) for row in rows]
        knobs.append(
            {
                "name": "seed",
                "needs": {},
                "label": "Seed",
                "help": "Of everything random.",
                "texts": _texts(seeds),
                "own": own,
            }
        )
    return {
        "label": ", then ".join(
            TECHNIQUES[t].label if i == 0 else TECHNIQUES[t].label.lower()
            for i, t in enumerate(order)
        ),
        "techniques": list(order),
        "knobs": [{k: v for k, v in knob.items() if k != "own"} for knob in knobs],
        "rows": [[row, *(knob["own"][i] for knob in knobs)] for i, row in enumerate(rows)],
    }


def _moved(
    place: int,
    technique: str,
    knob: Knob,
    rows: Sequence[int],
    points: Sequence[Point],
    is_chain: bool,
) -> dict[str, Any] | None:
    """A knob with more than one value among the points where it counts; None of one that stands still, or is a text."""
    own = [getattr(_step(points[row], place), knob.name) for row in rows]
    counting = [row for row in rows if knob.counts(_step(points[row], place).model_dump())]
    values = list(dict.fromkeys(getattr(_step(points[row], place), knob.name) for row in counting))
    if len(values) < 2 or knob.is_text:
        return None
    values = list(dict.fromkeys(own))
    order = [v for v in knob.choices if v in values] if knob.choices else sorted(values)
    where = f" ({TECHNIQUES[technique].label.lower()})" if is_chain else ""
    unit = f", {knob.unit}" if knob.unit and knob.unit != knob.label.lower() else ""
    return {
        "name": f"{place}.{knob.name}",
        "needs": {f"{place}.{name}": _texts(list(wanted)) for name, wanted in knob.when.items()},
        "label": f"{knob.label}{where}{unit}",
        "help": knob.help,
        "texts": _texts(order),
        "own": [order.index(value) for value in own],
    }


def _step(point: Point, place: int) -> Step:
    return point.recipe.steps[place]


def _texts(values: Sequence[Any]) -> list[str]:
    return [f"{value:g}" if isinstance(value, float) else str(value) for value in values]
