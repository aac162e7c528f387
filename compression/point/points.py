"""Points as the Python API returns them: a list that a notebook shows as a picture and a table. Torch-free."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compression.point.html import table_html
from compression.point.point import Point
from compression.point.quality import headline_of
from compression.point.table import as_frame

if TYPE_CHECKING:
    import pandas

ROWS = 10
"""Rows that a notebook shows; ``to_frame`` has them all."""


class Points(list[Point]):
    """A list of points; any others become one by ``Points(others)``.

    ``originals`` are what they are compared with, where these are not among them; no others are needed.
    """

    def __init__(self, points: Iterable[Point] = (), *originals: Point | None) -> None:
        super().__init__(points)
        self._originals = {point.recipe.model: point for point in originals if point is not None}

    def to_frame(self) -> pandas.DataFrame:
        """A row a point, see ``compression.point.table.as_frame``."""
        return as_frame([point.row() for point in self])

    def _repr_html_(self) -> str:
        """A picture for each model, points lost over size, and a table of the first points."""
        if not self:
            return "<i>No points.</i>"
        models = dict.fromkeys(point.recipe.model for point in self)
        return "".join(self._model_html(model) for model in models)

    def _model_html(self, model: str) -> str:
        # Imported here: fronts need NumPy, which a page's start must not wait for.
        from compression.point.miniature import miniature, told
        from compression.point.trade_off import TradeOff

        points = [point for point in self if point.recipe.model == model]
        trade_off = TradeOff.of(points, original=self._originals.get(model))
        picture = "" if trade_off is None else f"{miniature(trade_off)}<div>{told(trade_off)}</div>"
        return f"<div><b>{model}</b><div>{picture}</div>{_table(points, model)}</div>"


def _table(points: list[Point], model: str) -> str:
    metrics = headline_of(model)
    heads = ["Recipe", "Seed", *(metric.label for metric in metrics), "Origin"]
    rows = [
        [
            point.recipe.describe(),
            str(point.recipe.seed),
            *(point.text(metric.field) for metric in metrics),
            point.origin,
        ]
        for point in points[:ROWS]
    ]
    more = f"<i>{len(points) - ROWS} more: to_frame() has all.</i>" if len(points) > ROWS else ""
    return f"{table_html(heads, rows)}{more}"
