"""Beneath the runs: who waits for the workers, what the disk holds, the machine, and what all of it has cost."""

from __future__ import annotations

import streamlit as st

from compression.engine.run_cost import Cost, cost, cost_of
from compression.engine.under_way import UnderWay
from compression.errors import LabError, StoreError
from compression.models.catalogue import MODELS, model_card
from compression.point import METRICS
from compression.store import SweepRecord
from compression.store.disk import DROPPABLE, disk_use, drop_unused
from pages.parts import data
from pages.parts.shell.words import duration, named

SHOWN = 8
"""Lines of those who wait; a sweep has thirty-two recipes out at a time."""

POLL_SECONDS = 2.0
SAID = "_disk_said"
DAYS = (1, 7, 30)
WANTED = {"page": "for a page", "run": "for a run", "ahead": "ahead of a slider"}


def draw_waiting() -> None:
    """What is measured and trained now, and what waits; looks again only while there is something."""
    is_busy = bool(data.engine().under_way)
    st.fragment(run_every=POLL_SECONDS if is_busy else None)(_waiting)(polls=is_busy)


def _waiting(*, polls: bool) -> None:
    engine = data.engine()
    jobs = engine.under_way
    if polls and not jobs:
        st.rerun(scope="app")  # stop looking
    st.header(
        "At work",
        anchor=False,
        help="What this server measures and trains now, and in which order it goes on.",
    )
    if not jobs:
        st.caption("Nothing is being measured or trained.")
        return
    sent = [job for job in jobs if job.is_sent]
    waiting = [job for job in jobs if not job.is_sent]
    st.caption(f"{engine.workers or 'No'} workers; {len(sent)} under way, {len(waiting)} waiting.")
    for job in sent[:SHOWN]:
        _line(job, "under way")
    for place, job in enumerate(waiting[:SHOWN], start=1):
        _line(job, f"waits, place {place} of {len(waiting)}")


def _line(job: UnderWay, state: str) -> None:
    title = model_card(job.recipe.model).title if job.recipe.model in MODELS else job.recipe.model
    said = f"{title}: {named(job.recipe)} ({WANTED.get(job.kind, job.kind)}, {state})"
    if job.training is None:
        st.text(said)
        return
    left = job.training.seconds_left
    about = "" if left is None else f", about {duration(left)} left"
    share = min(1.0, max(0.0, job.training.fraction))
    st.progress(share, text=f"{said.replace('$', '')}{about}")


def draw_resources() -> None:
    disk, machine, spent = st.columns(3, gap="large")
    with disk:
        _disk()
    with machine:
        _machine()
    with spent:
        _spent()


@st.fragment
def _disk() -> None:
    st.header("Disk", anchor=False)
    use, text = disk_use(), METRICS["size_bytes"].text
    st.markdown(f"**{text(use.total)}** here, {text(use.free)} free.")
    for name, size in use.bytes.items():
        if size:
            limit = f" of at most {text(use.limit)}" if name == "packed files" else ""
            st.text(f"{name}: {text(size)}{limit}")
    with st.popover("Make room", icon=":material/cleaning_services:"):
        part = st.selectbox("What", DROPPABLE, key="drop-part")
        days = st.selectbox(
            "Unused for",
            DAYS,
            index=1,
            key="drop-days",
            format_func=lambda n: f"{n} day{'' if n == 1 else 's'}",
        )
        st.caption(
            "Points stay. A packed file comes back when its recipe is measured again, a training when it is trained."
        )
        st.button("Drop them", key="drop", type="primary", on_click=_drop, args=(part, days))
    if said := st.session_state.get(SAID):
        st.caption(said)


def _drop(part: str, days: int) -> None:
    try:
        count, freed = drop_unused(part, days)
    except LabError as error:
        st.session_state[SAID] = str(error)
        return
    st.session_state[SAID] = f"{count:,} files dropped, {METRICS['size_bytes'].text(freed)} freed."


def _machine() -> None:
    st.header("Machine", anchor=False, help="As the point says that was measured here last.")
    try:
        last = data.store().recent(1)
    except StoreError as error:
        st.caption(str(error))
        return
    if not last:
        st.caption("Nothing was measured here yet.")
        return
    there = last[0].environment
    load = "" if there.load is None else f", load {there.load:.1f}"
    st.text(there.machine)
    st.text(f"{there.cores} cores, {there.threads} thread a measurement{load}")
    st.text(", ".join([f"Python {there.python}", *(f"{n} {v}" for n, v in there.versions.items())]))


def _spent() -> None:
    st.header(
        "Spent",
        anchor=False,
        help="Processor time of all points measured here, and the energy it stands for.",
    )
    try:
        points = data.store().points()
    except StoreError as error:
        st.caption(str(error))
        return
    st.markdown(cost_words(cost(points)))
    st.caption(
        "Energy is modelled: that time at the power of one core, as the points' own energies are."
    )


def spent_on(record: SweepRecord) -> Cost:
    """Of one run; worked out anew only when it has come further."""
    return _spent_on(record.key, record.done, record.failed, record)


@st.cache_resource(show_spinner=False, max_entries=256)
def _spent_on(key: str, done: int, failed: int, _record: SweepRecord) -> Cost:
    return cost_of(data.store(), _record)


def cost_words(spent: Cost) -> str:
    """``**38 min** of one processor for 1,204 points, 6.3 Wh``."""
    if not spent.points:
        return "No point that was measured here tells."
    energy = "" if spent.watt_hours is None else f", {spent.watt_hours:.2g} Wh"
    plural = "" if spent.points == 1 else "s"
    return f"**{duration(spent.cpu_seconds)}** of one processor for {spent.points:,} point{plural}{energy}."
