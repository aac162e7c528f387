"""The points of a page as a file to take away: CSV or JSON, with what measures each of them again."""

from __future__ import annotations

from collections.abc import Sequence

from compression.exchange.outgoing import as_json
from compression.point import Point
from pages.parts.panels.points_table import as_csv
from pages.parts.plots.three_plots import File


def points_file(points: Sequence[Point], kind: str) -> File | None:
    """The file of that kind, None for a kind that there is not: a browser may ask for anything."""
    if not points:
        return None
    name = f"{points[0].recipe.model.replace('/', '-')}-points"
    if kind == "csv":
        return File(f"{name}.csv", "text/csv", as_csv(points))
    if kind == "json":
        return File(f"{name}.json", "application/json", as_json(points))
    return None
