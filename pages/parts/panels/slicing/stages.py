"""The stages panel: what each device of a sliced model holds, computes and sends."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common.asking import ask

BYTES = METRICS["device_bytes"]
TIME = METRICS["latency_ms"]


def stages(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A row a device, in the order in which an example passes them."""
    said = st.empty()
    asked = {
        "model": recipe.model,
        "recipe": (point.recipe if point else recipe.untrained).model_dump(),
    }
    plan = ask("slicing_plan", asked, slot="stages", settled=settled, said=said)
    if not plan:
        return
    slowest, whole = (TIME.text(plan[name]["bottleneck_ms"]) for name in ("quality", "whole"))
    said.caption(
        "One example passes one device after the other; the slowest stage or link takes "
        f"{slowest} of each in a batch, the whole model {whole} (both modelled)"
    )
    st.table(
        [
            {
                "Device": str(number),
                "Layers": _layers(stage["layers"]),
                "Weights": BYTES.text(stage["weight_bytes"]),
                "Most activations": BYTES.text(stage["activation_bytes"]),
                "Time, modelled": TIME.text(stage["ms"]),
                "Sent on": BYTES.text(stage["sent_bytes"]),
            }
            for number, stage in enumerate(plan["stages"], start=1)
        ],
        hide_index=True,
    )


def _layers(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]} ({len(names)})"
