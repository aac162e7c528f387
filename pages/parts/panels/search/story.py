"""All that is shown of one search, read from the store once a change: its history, random's, and other runs'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from compression.engine.history import history_of, random_history, rivals
from compression.point.history import History, reference_of
from compression.recipe.samplers import SAMPLERS
from compression.recipe.sweep import Sweep
from compression.store import SweepRecord
from pages.parts import data

Kind = Literal["this", "random", "other"]
HELD = "_search_story"


@dataclass(frozen=True)
class Curve:
    """How the hypervolume of one run grew, as shares of the best run's."""

    name: str
    kind: Kind
    shares: Sequence[float]
    seconds: Sequence[float]


@dataclass(frozen=True)
class Story:
    """A search so far."""

    sweep: Sweep
    history: History
    reference: Sequence[float]
    curves: Sequence[Curve]
    """Its own first, random's second if it is known."""
    has_random: bool
    """Random's whole budget was measured."""


def story_of(record: SweepRecord, sweep: Sweep) -> Story | None:
    """None for a run that has no history: a grid's, or one of before histories were kept."""
    version = data.store().version(sweep.model)
    moment = (sweep.key, version, record.done, record.failed, record.state)
    held = st.session_state.get(HELD)
    if held is None or held[0] != moment:
        held = st.session_state[HELD] = (moment, _read(sweep))
    story: Story | None = held[1]
    return story


def _read(sweep: Sweep) -> Story | None:
    store = data.store()
    history = history_of(sweep, store)
    if history is None:
        return None
    drawn = random_history(sweep, store)
    runs: list[tuple[str, Kind, History]] = [
        (f"this run ({SAMPLERS[sweep.sampler].title})", "this", history)
    ]
    if drawn is not None:
        runs.append(("at random", "random", drawn))
    for record, other in rivals(sweep, store):
        if (found := history_of(other, store, history.goal)) is not None:
            name = f"{SAMPLERS[other.sampler].title}, {record.total} points{_seed(other)}"
            runs.append((f"other run: {name}", "other", found))
    reference = reference_of(history.goal, store.original(sweep.model), [run for *_, run in runs])
    volumes = [run.hypervolumes(reference) for *_, run in runs]
    best = max((volume[-1] for volume in volumes if volume), default=0.0) or 1.0
    curves = [
        Curve(name, kind, [volume / best for volume in grown], run.cpu_seconds)
        for (name, kind, run), grown in zip(runs, volumes, strict=True)
    ]
    is_whole = drawn is not None and len(drawn.evaluations) * len(sweep.seeds or (0,)) >= len(sweep)
    return Story(sweep, history, reference, curves, is_whole)


def _seed(sweep: Sweep) -> str:
    return f", seed {sweep.seed}" if sweep.seed else ""
