"""The way to the page that compares points: from pins, from a selection, from one point and its original."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.point import Point
from pages.parts.form.chain_link import PAGE
from pages.parts.plots.selection import starts_of
from pages.parts.shell.page_files import compare

ADDRESS, POINTS = "compare", "points"
LEAST, MOST = 2, 5


def compare_link(points: Sequence[Point], label: str = "Compare these") -> None:
    """Nothing where there are fewer than two; of more than five, the first five."""
    if len(points) < LEAST:
        return
    st.page_link(
        compare(),
        label=label if len(points) <= MOST else f"Compare the first {MOST}",
        icon=":material/compare_arrows:",
        query_params={
            "model": points[0].recipe.model,
            POINTS: starts_of(point.key for point in points[:MOST]),
            PAGE: ADDRESS,
        },
    )


def beside_original(point: Point, original: Point | None) -> None:
    """Compare one point with what it was made from."""
    if original is not None and point.key != original.key:
        compare_link((original, point), "Compare with the original")
