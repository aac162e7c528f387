"""The best file that a model has been made into within a few sizes: the front in four lines, each a link."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, Point, quality_of
from compression.point.best_within import best_within, over_seeds
from pages.parts import data
from pages.parts.shell import words
from pages.parts.shell.recent_runs import where

LIMITS_KB = (2, 5, 10, 20)
SLACK = 1.024
"""A kilobyte is of 1,000 bytes or of 1,024; a file of 2,040 bytes is one of 2 kB either way."""


def best_files(known: data.Known) -> None:
    """Nothing where no file is that small; the same file stands once, at the smallest size that it fits."""
    found: dict[str, tuple[int, Point]] = {}
    for limit in LIMITS_KB:
        point = best_within(known.points, 1000 * SLACK * limit)
        if point is not None:
            found.setdefault(point.key, (limit, point))
    if not found:
        return
    st.header("Best small files", anchor=False)
    st.caption("Chosen on validation images; the figures are of the whole test set.")
    with st.container(key="best", gap="xsmall"):
        for limit, point in found.values():
            page, icon, asked = where(point)
            st.page_link(page, label=_said(limit, point, known), icon=icon, query_params=asked)


def _said(limit: int, point: Point, known: data.Known) -> str:
    quality = quality_of(point.recipe.model)
    values = over_seeds(known.points, point)
    mean = METRICS[quality.field].text(sum(values) / len(values))
    seeds = f", mean of {len(values)} seeds {mean}" if len(values) > 1 else ""
    found = f"{limit} kB: {point.text(quality.field)}{seeds}"
    return f"{found} ({point.text('size_bytes')}; {words.named(point.recipe)})"
