"""The cuts panel: every place where the model can be cut, and what a cut there would cost."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common.asking import ask

BYTES = METRICS["device_bytes"]
TIME = METRICS["latency_ms"]


def cuts(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A row a cut point: what is sent there, and what two devices cut there alone would have to do."""
    said = st.empty()
    asked = {
        "model": recipe.model,
        "recipe": (point.recipe if point else recipe.untrained).model_dump(),
    }
    plan = ask("slicing_plan", asked, slot="cuts", settled=settled, said=said)
    if not plan:
        return
    said.caption("What a cut at one place alone would cost; those of this recipe are marked")
    st.table(
        [
            {
                "Cut": f"{row['number']}" + (" (taken)" if row["number"] in plan["cuts"] else ""),
                "Behind": plan["layers"][row["number"] - 1]["name"],
                "Sent": BYTES.text(row["sent_bytes"]),
                "Tensors": str(row["tensors"]),
                "Slowest stage, modelled": TIME.text(row["bottleneck_ms"]),
                "Largest device": BYTES.text(row["memory_bytes"]),
            }
            for row in plan["points"]
        ],
        hide_index=True,
    )
