"""The links panel: what goes over each link of a sliced model, how long that takes, and what fewer bits cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from compression.techniques.slicing.knobs import Slice
from pages.parts import data
from pages.parts.panels.slicing.planning import ask_plan

BYTES, TIME = METRICS["link_bytes"], METRICS["latency_ms"]
SPEEDS = {"Ethernet": 100.0, "Wi-Fi": 20.0, "Bluetooth LE": 1.0}
"""Mbit/s of usual links, where none is named."""
NUMBERS = {"fp32": "32-bit floats", "fp16": "16-bit floats", "int8": "8-bit integers"}


def links(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A row a link, then a row for each of the numbers in which activations can be sent."""
    step = recipe.steps[-1]
    assert isinstance(step, Slice)
    planned = ask_plan(recipe, point, slot="links", settled=settled)
    if planned is None:
        return
    plan = planned.plan
    if not plan["cuts"]:
        st.caption("One device has no links: ask for two stages or more.")
        return
    if settled:
        travel = (
            " Only examples that no device before was sure of go over a link."
            if step.is_trained
            else ""
        )
        st.caption(
            "Bytes are what one example's activations are on each link; times are modelled, from the bytes and a "
            f"link's speed.{travel}"
        )
    st.table(link_rows(plan, step), hide_index=True)
    st.caption("The same cuts in other numbers; accuracies as far as they are measured.")
    st.table(number_rows(recipe, step, known), hide_index=True)


def link_rows(plan: Mapping[str, Any], step: Slice) -> list[dict[str, str]]:
    speeds = {"this link": step.link_mbps} if step.link_mbps else SPEEDS
    pairs = zip(plan["stages"], plan["stages"][1:], plan["cuts"], strict=False)
    return [
        {
            "Link": f"{_devices(before)} to {_devices(after)}",
            "Behind": plan["layers"][cut - 1]["name"],
            "Numbers": NUMBERS[step.link_dtype],
            "Bytes": BYTES.text(sent := plan["points"][cut - 1]["sent_bytes"] * after["shards"]),
            **{
                f"{name}, {mbps:g} Mbit/s": TIME.text(on_link_ms(sent, mbps))
                for name, mbps in speeds.items()
            },
        }
        for before, after, cut in pairs
    ]


def on_link_ms(sent_bytes: float, mbps: float) -> float:
    return 8 * sent_bytes / (1e6 * mbps) * 1000


def number_rows(recipe: Recipe, step: Slice, known: data.Known) -> list[dict[str, str]]:
    names: Sequence[str] = get_args(Slice.model_fields["link_dtype"].annotation)
    rows = []
    for name in names:
        steps = (*recipe.steps[:-1], step.moved(link_dtype=name))
        found = known.by_key.get(recipe.model_copy(update={"steps": steps}).key)
        rows.append(
            {
                "Numbers": NUMBERS[name] + (" (now)" if name == step.link_dtype else ""),
                "Bytes on all links": _text(found, "link_bytes"),
                "Accuracy": _text(found, "accuracy"),
            }
        )
    return rows


def _text(point: Point | None, name: str) -> str:
    return point.text(name) if point is not None and name in point.measurements else "–"


def _devices(stage: Mapping[str, Any]) -> str:
    first, last = stage["device"] + 1, stage["device"] + stage["shards"]
    return str(first) if first == last else f"{first}-{last}"
