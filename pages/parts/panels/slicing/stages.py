"""The stages panel: what each device of a sliced model holds, computes and sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from compression.techniques.slicing.knobs import Slice
from pages.parts import data
from pages.parts.panels.slicing.planning import ask_plan, times_words

BYTES = METRICS["device_bytes"]
TIME = METRICS["latency_ms"]


def stages(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A row a device, in the order in which an example passes them."""
    step = recipe.steps[-1]
    assert isinstance(step, Slice)
    planned = ask_plan(recipe, point, slot="stages", settled=settled)
    if planned is None:
        return
    plan = planned.plan
    if settled:
        st.caption(
            "In the order in which an example passes them. Memory is the weights and the most activations alive at "
            f"once. The whole model on one device needs {BYTES.text(plan['whole']['memory_bytes'])} and "
            f"{TIME.text(plan['whole']['bottleneck_ms'])}; {times_words(plan)}, of one example in a batch."
            + (" The heads of early exits are in it." if step.is_trained else "")
        )
    slowest = max(stage["ms"] for stage in plan["stages"])
    st.table(
        [
            {
                "Device": device_words(stage),
                "Layers": layer_words(stage),
                "Weights": BYTES.text(stage["memory_bytes"] - stage["activation_bytes"]),
                "Activations": BYTES.text(stage["activation_bytes"]),
                "Memory": memory_words(stage["memory_bytes"], 1000 * step.cap_kb),
                "Time": TIME.text(stage["ms"])
                + (" (slowest)" if stage["ms"] == slowest and len(plan["stages"]) > 1 else ""),
                "Sent on": BYTES.text(stage["sent_bytes"]),
            }
            for stage in plan["stages"]
        ],
        hide_index=True,
    )


def layer_words(stage: Mapping[str, Any]) -> str:
    names = stage["layers"]
    words = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]} ({len(names)})"
    shared = ", shared out by its channels" if stage["shards"] > 1 else ""
    return f"{words}{shared}"


def device_words(stage: Mapping[str, Any]) -> str:
    first, last = stage["device"] + 1, stage["device"] + stage["shards"]
    return str(first) if first == last else f"{first} to {last}, each"


def memory_words(needed: float, cap: float) -> str:
    """What a device needs, and how far that is beyond what it has."""
    over = f" ({BYTES.text(needed - cap)} too much)" if cap and needed > cap else ""
    return f"{BYTES.text(needed)}{over}"
