"""The one table of points: sorted by what matters, a row picks its point, every figure to download."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from compression.exchange import outgoing
from compression.models.catalogue import model_card
from compression.point import Point, headline_of, quality_of
from compression.point.several import models_of
from pages.parts.shell import words

RECIPE, LINES = 128, 66
"""Width of a recipe and height of its row [px]: rows of more than 4 rem wrap, and all figures fit beside it at 1024."""

ALL_DIGITS = "%.6g"
"""Else Streamlit cuts after four decimals."""


def best_first(points: Iterable[Point]) -> list[Point]:
    """By quality, the smaller of equally good ones first; last those whose quality is not known."""

    def rank(point: Point) -> tuple[bool, float, float]:
        quality = point.quality
        cost = 0.0 if quality is None else quality_of(point.recipe.model).cost(quality)
        return quality is None, cost, point.value("size_bytes") or 0.0

    return sorted(points, key=rank)


def points_table(
    points: list[Point], key: str = "points", *, on_pick: Callable[[str], None]
) -> None:
    """A sortable table of points with a download of every figure; a click or the arrow keys pick a row's point."""
    if not points:
        st.caption("No points of this kind yet: sweep a knob to measure some.")
        return

    def picked() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells and 0 <= (row := int(cells[0][0])) < len(points):
            on_pick(points[row].key)

    several = len(models_of(points)) > 1
    rows = [_row(point, several) for point in points]
    columns = None
    here = sum(point.origin == "here" for point in points)
    if (
        len({row["Origin"] for row in rows}) > 1
    ):  # a line in any case, so that the table stays in its place
        st.caption(f"{here} of {len(rows)} measured here.")
    else:
        origin = words.origin(points[0]).partition(":")[0]  # a source is somebody else's text
        st.caption(f"All {origin}.")
        columns = [name for name in rows[0] if name != "Origin"]
    st.dataframe(
        rows,
        hide_index=True,
        key=key,
        on_select=picked,
        selection_mode="single-cell",
        placeholder=words.MISSING,
        column_order=columns,
        column_config={
            "Recipe": st.column_config.TextColumn(width=RECIPE),
            **{
                m.head: st.column_config.NumberColumn(format=ALL_DIGITS, help=m.help)
                for m in headline_of(points[0].recipe.model)
            },
        },
        row_height=LINES,
    )
    st.download_button(
        "Download all figures (CSV)",
        lambda: as_csv(points),
        file_name="points.csv",
        mime="text/csv",
        key=f"{key}-csv",
        on_click="ignore",
    )


def _row(point: Point, several: bool) -> dict[str, Any]:
    """Numbers stay numbers, which can be sorted, with the digits that their intervals leave standing.

    Of ``several`` models each row says whose it is.
    """
    figures = {}
    for metric in headline_of(point.recipe.model):
        m = point.measurements.get(metric.field)
        figures[metric.head] = None if m is None else metric.rounded(m.value, m.low, m.high)
    of = f" of {model_card(point.recipe.model).title}" if several else ""
    recipe = f"{words.named(point.recipe)}{of}"
    return {"Recipe": recipe, **figures, "Origin": words.origin(point)}


def as_csv(points: Sequence[Point]) -> str:
    """Every figure of the points, a row each, with what measures it again; `import` takes it."""
    return outgoing.as_csv(points, all_columns=True)
