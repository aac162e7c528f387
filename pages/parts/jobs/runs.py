"""The list of all sweeps that were asked for: how far each is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from compression.engine import SweepProgress, SweepRun, SweepWatch
from compression.errors import LabError, StoreError
from compression.models.catalogue import MODELS, model_card
from compression.recipe.sweep import Sweep
from compression.store import SweepRecord
from compression.store.sweeps import LONGEST_NAME
from pages.parts import data
from pages.parts.jobs.resources import cost_words, spent_on
from pages.parts.jobs.sweep_words import ended, failures, in_words, title_of
from pages.parts.shell.words import duration

SHOWN = 20
"""Runs that are listed at first: each has several widgets, drawn again each second while one runs."""

POLL_SECONDS = 1.0
ICONS = {"running": "play_arrow", "finished": "check", "cancelled": "block", "failed": "error"}
Opener = Callable[[SweepRecord, Sweep, str], None]
"""Draws the link, of this label, to the page that shows a sweep's points."""


def draw_runs(open_link: Opener) -> None:
    """The list, by a fragment that looks again only while something runs."""
    try:
        records = data.store().sweeps()
    except StoreError as error:
        st.error(str(error), icon=":material/database_off:")
        return
    is_running = any(record.state == "running" for record in records)
    every = POLL_SECONDS if is_running else None
    st.fragment(run_every=every)(_list)(open_link, polls=is_running)


def _list(open_link: Opener, *, polls: bool) -> None:
    if said := st.session_state.pop("_run_refused", ""):
        st.error(said, icon=":material/error:")
    try:
        records = data.store().sweeps()
    except StoreError as error:
        st.error(str(error), icon=":material/database_off:")
        return
    if polls != any(record.state == "running" for record in records):
        st.rerun(scope="app")  # begin to look, or stop
    if not records:
        st.info(
            "No runs yet. Open a technique, and sweep one of its knobs: the run is listed here, and stays listed "
            "after a restart."
        )
        return
    shown = records if st.session_state.get("_all_runs") else records[:SHOWN]
    for record in shown:
        _run(record, open_link)
    if len(shown) < len(records):
        st.button(f"Show all {len(records)}", key="all-runs", on_click=_show_all)


def _run(record: SweepRecord, open_link: Opener) -> None:
    """One row: what it is, how far, and its buttons. One deleted since it was listed is left out."""
    run = data.engine().sweep(record.key) if record.model in MODELS else None
    try:
        now = None if run is None else run.progress
    except LabError:
        return
    sweep = None if run is None else run.sweep
    with st.container(border=True, key=f"run-{record.key}"):
        what, doing = st.columns([3, 2], vertical_alignment="center")
        with what:
            _what(record, sweep, now, open_link)
        with doing, st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            _buttons(record, run, now)


def _what(
    record: SweepRecord, sweep: Sweep | None, now: SweepProgress | None, open_link: Opener
) -> None:
    title = title_of(record, sweep)
    if sweep is None or now is None:
        st.markdown(f"**{title}**")
        st.caption(
            f"{record.model}, {record.done} of {record.total} points, {record.state}. It can't be gone on "
            "with: it is of another version, or of other weights."
        )
        return
    open_link(record, sweep, title)
    where = model_card(record.model).title + (f": {in_words(sweep)}" if record.name else "")
    st.caption(f":material/{ICONS[now.state]}: {where}")
    if now.finished:
        spent = spent_on(record)
        told = f" {cost_words(spent)}" if spent.points else ""
        st.caption(f"{ended(now, now.state.capitalize())}{told}")
    else:
        st.progress(min(1.0, now.fraction), text=how_far(now))


def how_far(now: SweepProgress) -> str:
    left = "" if now.seconds_left is None else f", about {duration(now.seconds_left)} left"
    return f"{now.done} of {now.total} points{failures(now)}{left}"


def _buttons(
    record: SweepRecord, run: SweepRun | SweepWatch | None, now: SweepProgress | None
) -> None:
    key = record.key
    if run is not None and now is not None and not now.finished:
        st.button("Cancel", key=f"cancel-{key}", icon=":material/stop:", on_click=run.cancel)
    elif run is not None and now is not None and now.done < now.total:
        st.button(
            "Resume", key=f"resume-{key}", icon=":material/resume:", on_click=_resume, args=(run.sweep,),
            help="Measures what is missing; what is there stays.",
        )  # fmt: skip
    changes = st.session_state.get(f"_changes-{key}", 0)
    title = title_of(record, None if run is None else run.sweep)
    with st.popover("Rename", key=f"rename-door-{key}-{changes}"):
        text = f"name-{key}-{changes}"
        st.text_input(
            "Name",
            value=record.name,
            key=text,
            max_chars=LONGEST_NAME,
            placeholder=title,
        )
        st.button("Save", key=f"rename-{key}", on_click=_rename, args=(key, text), type="primary")  # fmt: skip
    with st.popover("Delete", key=f"delete-door-{key}"):
        stops = "It is cancelled first. " if record.state == "running" else ""
        st.markdown(f"{stops}The run leaves this list; the points that it measured stay.")
        st.button("Delete this run", key=f"delete-{key}", on_click=_delete, args=(key,), type="primary")  # fmt: skip


def _show_all() -> None:
    st.session_state["_all_runs"] = True


def _resume(sweep: Sweep) -> None:
    try:
        data.engine().start_sweep(sweep)
    except LabError as error:
        st.session_state["_run_refused"] = str(error)


def _rename(key: str, text: str) -> None:
    """A popover of another key is a closed one."""
    try:
        there = data.store().ledger.set_name(key, st.session_state[text])
    except LabError as error:
        st.session_state["_run_refused"] = str(error)
        return
    st.session_state[f"_changes-{key}"] = st.session_state.get(f"_changes-{key}", 0) + 1
    if not there:
        st.session_state["_run_refused"] = "That run was deleted meanwhile, so it has no name."


def _delete(key: str) -> None:
    try:
        data.engine().delete_sweep(key)
    except LabError as error:
        st.session_state["_run_refused"] = str(error)
