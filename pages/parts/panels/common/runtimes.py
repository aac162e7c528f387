"""The runtimes panel: the same deployed model in each runtime that is installed here."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, Point, quality_of
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common.asking import ask
from pages.parts.shell.words import MISSING


def runtimes(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A table: speed-up over the original in ONNX Runtime, quality, or why a runtime is not here."""
    said = st.empty()
    shown = recipe.untrained if point is None else point.recipe
    asked = {"model": recipe.model, "recipe": shown.model_dump()}
    rows = ask("runtimes", asked, slot="runtimes", settled=settled, said=said)
    if not rows:
        return
    quality = quality_of(recipe.model)
    said.caption(
        "The deployed model in each runtime, one thread, batch 1, in turns with the original in ONNX Runtime"
    )
    rows = sorted(rows, key=lambda row: -(row["speedup"] or 0))
    st.table(  # its sentences wrap, as those of a data frame don't
        [
            {
                "Runtime": f"{row['name']} {row['version']}".strip(),
                "Speed-up": METRICS["speedup"].text(row["speedup"]) if row["speedup"] else MISSING,
                quality.label: MISSING if row["quality"] is None else quality.text(row["quality"]),
                "Remark": row["reason"] or MISSING,
            }
            for row in rows
        ],
        hide_index=True,
    )
