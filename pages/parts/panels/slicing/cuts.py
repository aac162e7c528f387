"""The cuts panel: every place where the model can be cut, and what a cut there would cost."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from compression.techniques.slicing.knobs import Slice
from pages.parts import data
from pages.parts.panels.slicing.planning import ask_plan, times_words
from pages.parts.panels.slicing.stages import memory_words

BYTES = METRICS["device_bytes"]
TIME = METRICS["latency_ms"]


def cuts(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A row a cut point: what is sent there, and what two devices cut there alone would have to do."""
    step = recipe.steps[-1]
    assert isinstance(step, Slice)
    planned = ask_plan(recipe, point, slot="cuts", settled=settled)
    if planned is None:
        return
    plan = planned.plan
    if not plan["points"]:
        st.caption("The model has one layer only: there is no place to cut it.")
        return
    if settled:
        st.caption(
            "Every place where the model can be cut, as if it were the only cut: two devices, the slower of which sets "
            f"the pace. Sent is what goes over the link for each example; {times_words(plan)}."
        )
    st.table(
        [
            {
                "Cut": f"{row['number']}" + (" ✔ taken" if row["number"] in plan["cuts"] else ""),
                "Behind": plan["layers"][row["number"] - 1]["name"],
                "Sent": BYTES.text(row["sent_bytes"])
                + (f" ({row['tensors']} tensors)" if row["tensors"] > 1 else ""),
                "On the link": TIME.text(row["link_ms"]) if row["link_ms"] else "as fast as here",
                "An answer every": TIME.text(row["bottleneck_ms"]),
                "First answer after": TIME.text(row["latency_ms"]),
                "Largest device": memory_words(row["memory_bytes"], 1000 * step.cap_kb),
            }
            for row in plan["points"]
        ],
        hide_index=True,
    )
