"""The picture of slicing: the layers as a strip whose cuts can be moved, its devices, and the pipeline filling.

The browser works out the figures while a cut moves; the script hears of it when the hand lets go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from compression.techniques.slicing.knobs import Slice
from pages.parts import data
from pages.parts.form.knobs import set_knobs
from pages.parts.panels.slicing.planning import Planned, ask_plan
from pages.parts.shell import words
from pages.parts.shell.serving import asset_url

KEY = "slicing-devices"
MEASURED = ("latency_ms", "throughput_per_s", "device_memory_bytes")
"""What the modelled figures are to be held against, where a point has it."""

_component = st.components.v2.component(
    "compact_ai_lab_slicing",
    js="export default async (c) => (await import(new URL(c.data.code, document.baseURI))).default(c)",
    isolate_styles=False,
)


def devices(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Draw the plan of a recipe whose last step slices; a cut that is moved goes into that step's knob."""
    step = recipe.steps[-1]
    assert isinstance(step, Slice)
    planned = ask_plan(recipe, point, slot="devices", settled=settled)
    if planned is None:
        return
    drawn = drawing(planned, step)

    def unshared() -> None:
        set_knobs({"split": "off"})
        st.rerun(scope="app")

    def moved() -> None:
        told = st.session_state[KEY].get("cuts")
        if (cuts := _checked(told, drawn)) is not None:
            set_knobs({"cuts": cuts})
            st.rerun(scope="app")  # the knobs and the address stand outside of the panel

    version = sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()[:16]
    _component(
        key=KEY,
        data={"code": asset_url("panels/slicing/slicing.js"), "version": version, **drawn},
        on_cuts_change=moved,
        on_unshared_change=unshared,
    )
    if settled and (measured := _measured(point)):
        st.caption(
            f"All above is modelled from the layers' sizes. What this point itself has: {measured}."
        )


def drawing(planned: Planned, step: Slice) -> dict[str, Any]:
    """What the browser needs to draw any choice of cuts, and the one that is asked for."""
    plan = planned.plan
    asked = step.cut_numbers if len(step.cut_numbers) == len(plan["cuts"]) else ()
    cuts = list(asked) or plan["cuts"]
    layers = ("name", "ms", "weight_bytes", "activation_bytes")
    links = ("sent_bytes", "link_ms", "handling_ms")
    return {
        "layers": [{name: row[name] for name in layers} for row in plan["layers"]],
        "points": [{name: row[name] for name in links} for row in plan["points"]],
        "planned": plan["cuts"],
        "stages": plan["stages"],
        "cuts": cuts,
        "is_shared": cuts == plan["cuts"] and has_shared(plan),
        "cap_bytes": 1000 * step.cap_kb,
        "whole_ms": plan["whole"]["bottleneck_ms"],
        "objective": planned.objective,
        "by_hand": bool(step.cuts),
    }


def has_shared(plan: Mapping[str, Any]) -> bool:
    """Whether a layer lies on several devices, or a device has more than one stage: no cut can then be moved alone."""
    placed = [(stage["device"], stage["shards"]) for stage in plan["stages"]]
    return placed != [(at, 1) for at in range(len(placed))]


def _checked(told: Any, drawn: Mapping[str, Any]) -> str | None:
    """The knob's text for what the browser said, whose word is untrusted; None where it can't be."""
    if told == "":
        return ""
    numbers = told.split("+") if isinstance(told, str) else []
    allowed = {str(number) for number in range(1, len(drawn["layers"]))}
    if len(numbers) != len(drawn["cuts"]) or not allowed.issuperset(numbers):
        return None
    return "+".join(numbers)


def _measured(point: Point | None) -> str:
    found = [] if point is None else [name for name in MEASURED if name in point.measurements]
    return "; ".join(
        f"{METRICS[name].label.lower()} {point.text(name)} ({words.how(point.measurements[name])})"
        for name in found
        if point is not None
    )
