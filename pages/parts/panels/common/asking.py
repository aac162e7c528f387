"""A panel's question to the engine: answered, awaited or failed; it never blocks and never jumps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.engine import Request
from pages.parts import data

WAIT_SECONDS = 0.15
"""How long a run waits for an answer before it draws without one."""

POLL_MS, AGAIN_MS = 300, 800

POLL_JS = """export default function ({ data, setTriggerValue }) {
    let timer;
    const ask = (ms) => {
        const apart = ms * (0.75 + Math.random() / 2);  // so that two that met part again
        timer = setTimeout(() => { setTriggerValue("poll", data.turn); ask(data.again_ms); }, apart);
    };
    ask(data.ms);
    return () => clearTimeout(timer);
}"""
"""Asks until this is drawn anew: of two fragments whose triggers come in one moment Streamlit runs only one."""

_poller = st.components.v2.component("compact_ai_lab_poll", js=POLL_JS)


def ask(question: str, arguments: Mapping[str, Any], *, slot: str, settled: bool, said: Any) -> Any:
    """The answer, or meanwhile the last one that was drawn in this slot; None if there is none.

    While the page's own figures are still measured (not ``settled``), the workers are left to them; an answer to
    this very question that has been drawn already stays as it is.
    ``said`` is a place of one line that tells what is awaited or what failed; it is left to the caller
    where there is an answer.
    """
    shown: dict[str, Any] = st.session_state.setdefault("_panels", {})
    slot = f"{slot} {arguments['model']}"
    asked_last: dict[str, Any] = st.session_state.setdefault("_panel_questions", {})
    if not settled:
        if asked_last.get(slot) == arguments:
            return shown[slot]
        said.caption("Waiting until these knobs are measured …" if slot in shown else "Measuring …")
        return shown.get(slot)
    answer: Request[Any] = data.engine().ask(question, arguments)
    answer.wait(WAIT_SECONDS)
    if answer.error:
        said.error(answer.error, icon=":material/error:")
        return None
    if not answer.done:
        said.caption("Computing …")
        poll(slot)
        return shown.get(slot)
    shown[slot], asked_last[slot] = answer.value, dict(arguments)
    return answer.value


def poll(slot: str, ms: int = POLL_MS) -> None:
    """Run this fragment again after a moment."""
    turn = st.session_state["_polls"] = st.session_state.get("_polls", 0) + 1
    _poller(
        key=f"poll-{slot}",
        data={"turn": turn, "ms": ms, "again_ms": ms + AGAIN_MS},
        on_poll_change=_nothing,
    )


def _nothing() -> None:
    pass
