"""The run panel: the devices really at work, each a process of this machine, to be stopped and started again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.engine import RunningDevices
from compression.errors import EngineError
from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common.asking import poll
from pages.parts.panels.slicing.exits import trained_alike

HELD = "_running_devices"
POLL_MS = 500
BYTES = METRICS["link_bytes"]
STATES = {
    "answers": ":green[:material/check_circle:] alive",
    "silent": ":orange[:material/hourglass_disabled:] silent",
    "starting": ":blue[:material/hourglass_top:] starting",
    "stopped": ":red[:material/power_off:] stopped",
}
WHAT = (
    "Each device runs as a process of its own on this machine, with only its own weights, linked by loopback, and is "
    "asked all the time. Stop one, and see what the others do."
)
UNTRAINED = "It runs once it is trained: train this setting first."


def running(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Start it, then a row a device. It ends when the knobs change, and soon after nobody looks any more."""
    devices = _held(recipe)
    state: dict[str, Any] = {"state": "ended", "said": ""} if devices is None else devices.look()
    st.caption(WHAT)
    if devices is None or state["state"] == "ended":
        _offer(recipe, kept_of(recipe, known), state.get("said", ""))
        return
    if state["state"] == "starting":
        st.caption(":material/hourglass_top: The devices are starting …")
    else:
        st.markdown(describe(state))
        for row in state["devices"]:
            _device(devices, row, state["exits"])
    st.button("End all", key="devices-end", icon=":material/stop:", on_click=_end)
    poll("running-devices", POLL_MS)


def kept_of(recipe: Recipe, known: data.Known) -> str | None:
    """The digest of its trained file; empty where nothing trains, None where that is still to be done."""
    if not recipe.is_trained:
        return ""
    if recipe.steps[-1].is_trained:
        return trained_alike(recipe, known)
    point = known.by_key.get(recipe.key)
    return None if point is None else point.artifact


def describe(state: Mapping[str, Any]) -> str:
    """What goes on: who is away, and what that means for the answers."""
    rows = state["devices"]
    away = [row for row in rows if row["state"] != "answers"]
    answers = sum(row["answered_per_s"] for row in rows)
    if not away:
        said = f" {state['said']}" if state["said"] else ""
        return f"**{answers:,.0f} answers a second**; all devices are alive.{said}"
    first = away[0]
    names = " and ".join(str(row["device"]) for row in away)
    who = f"Device {names} is away" if len(away) == 1 else f"Devices {names} are away"
    if not state["exits"] or first["device"] == rows[0]["device"]:
        return f"**{who}: nothing is answered until it is back.**"
    before = first["device"] - 1
    by = "device 1 answers" if before == 1 else f"devices 1 to {before} answer"
    return (
        f"**{who}: {by} by early exits, {answers:,.0f} answers a second**, "
        f"{state['missed_per_s']:,.0f} of them a guess that device {first['device']} should have gone on with."
    )


def does_words(row: Mapping[str, Any], has_exits: bool) -> str:
    """With exits each device answers, otherwise the last alone."""
    words = [f"{BYTES.text(row['bytes_per_s'])} sent a second"]
    if has_exits or row["is_last"]:
        leave = "leave here" if has_exits else "answers"
        words.insert(0, f"{row['answered_per_s']:,.0f} {leave} a second")
    return f"{', '.join(words)} (process {', '.join(map(str, row['pids']))})"


def _held(recipe: Recipe) -> RunningDevices | None:
    """What this visit has at work for these very knobs; that of others is ended."""
    key, devices = st.session_state.get(HELD, ("", None))
    if devices is not None and key != recipe.key:
        _end()
        return None
    held: RunningDevices | None = devices
    return held


def _offer(recipe: Recipe, kept: str | None, said: str) -> None:
    if said:
        st.caption(f":material/info: {said}")
    if kept is None:
        st.caption(UNTRAINED)
    st.button(
        "Run it", key="devices-run", icon=":material/play_arrow:", disabled=kept is None,
        on_click=_begin, args=(recipe, kept),
    )  # fmt: skip
    if refused := st.session_state.pop("_devices_refused", ""):
        st.error(refused, icon=":material/error:")


def _begin(recipe: Recipe, kept: str) -> None:
    _end()
    try:
        st.session_state[HELD] = (recipe.key, RunningDevices(recipe.model_dump(), kept))
    except EngineError as error:
        st.session_state["_devices_refused"] = str(error)


def _end() -> None:
    _, devices = st.session_state.pop(HELD, ("", None))
    if devices is not None:
        devices.close()


def _device(devices: RunningDevices, row: Mapping[str, Any], has_exits: bool) -> None:
    number, state = row["device"], row["state"]
    with st.container(
        border=True, key=f"device-{number}", horizontal=True, vertical_alignment="center",
        horizontal_alignment="distribute",
    ):  # fmt: skip
        st.markdown(f"**Device {number}** {STATES[state]}  \n{does_words(row, has_exits)}")
        is_off = state in ("stopped", "starting")
        st.button(
            "Start it again" if is_off else "Stop this device", key=f"device-switch-{number}",
            icon=":material/power_settings_new:", disabled=state == "starting",
            on_click=devices.start if is_off else devices.stop, args=(number,),
        )  # fmt: skip
