"""Seeds trained at one click: a sweep for each step that lacks seeds; followed, cancelled, taken up again."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.engine import SweepProgress, SweepRun, SweepWatch
from compression.errors import LabError, StoreError
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from pages.parts import data
from pages.parts.shell.words import duration

SeedSweep = SweepRun | SweepWatch

STARTED, REFUSED = "_seed_sweeps", "_seed_sweeps_refused"


def sweeps_of(missing: Sequence[Recipe]) -> list[Sweep]:
    """One sweep over seeds for each different step; they hold these recipes and no others."""
    seeds: dict[Recipe, list[int]] = {}
    for recipe in missing:
        seeds.setdefault(recipe.model_copy(update={"seed": 0}), []).append(recipe.seed)
    return [Sweep.parse(r.model, r.steps, seeds=numbers) for r, numbers in seeds.items()]


def train(missing: Sequence[Recipe]) -> None:
    """Start them: the engine trains one after the other, as many at a time as it has workers for."""
    st.session_state[REFUSED] = ""
    try:
        sweeps = sweeps_of(missing)
        for sweep in sweeps:
            data.engine().start_sweep(sweep)
    except LabError as error:
        st.session_state[REFUSED] = str(error)
        return
    st.session_state[STARTED] = [sweep.key for sweep in sweeps]


def running(wanted: Sequence[Recipe]) -> list[SeedSweep]:
    """The sweeps under way that train nothing but some of these recipes, whoever started them."""
    keys = {recipe.key for recipe in wanted}
    try:
        records = data.store().sweeps(wanted[0].model) if wanted else ()
    except StoreError:  # the page has said so already
        return []
    runs = [data.engine().sweep(record.key) for record in records if record.state == "running"]
    return [
        run
        for run in runs
        if run is not None
        and not run.progress.finished
        and keys.issuperset(recipe.key for recipe in run.sweep.recipes())
    ]


def failure() -> str:
    """What went wrong with those that this session started; empty if nothing did."""
    runs = [data.engine().sweep(key) for key in st.session_state.get(STARTED, ())]
    said = [run.progress.message for run in runs if run is not None and run.progress.finished]
    return next(filter(None, [st.session_state.get(REFUSED, ""), *said]), "")


def progress(runs: Sequence[SeedSweep], total: int, left: int, *, done: str = "trained") -> None:
    """A bar for all of them together, and a way to stop; what is finished stays."""
    now = [run.progress for run in runs]
    share = (total - left + sum(_trained(one) for one in now)) / max(1, total)
    known = [one.seconds_left for one in now if one.seconds_left is not None]
    if known:  # one that has not begun will take about as long as the other
        said = f", about {duration(sum(known) * len(now) / len(known))} left"
    else:
        said = "" if any(one.training for one in now) else ", waiting for a free worker"
    bar, button = st.columns([4, 1], vertical_alignment="center")
    bar.progress(min(1.0, share), text=f"{total - left} of {total} {done}{said}")
    button.button(
        "Cancel", key="cancel-seeds", width="stretch", on_click=_cancel, args=(tuple(runs),)
    )


def _trained(now: SweepProgress) -> float:
    """How far the seed is that trains now."""
    return 0.0 if now.training is None else now.training.fraction


def _cancel(runs: Sequence[SeedSweep]) -> None:
    for run in runs:
        run.cancel()
