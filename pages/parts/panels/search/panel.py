"""The panel of a technique's page: a search of this model replayed, and the network of the knobs beside it."""

from __future__ import annotations

import streamlit as st

from compression.engine.history import sweep_of
from compression.errors import StoreError
from compression.point import Point
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import SweepRecord
from pages.parts import data
from pages.parts.jobs.sweep_words import title_of
from pages.parts.panels.common.asking import poll
from pages.parts.panels.search.replay import replay
from pages.parts.panels.search.story import story_of
from pages.parts.panels.search.verdict import against_random, guess
from pages.parts.shell.page_files import search

NONE = (
    "No search of this model yet. Press Sweep, and let NSGA-II, TPE or a Gaussian process choose the settings: its "
    "front then grows here, and your own network is compared with it."
)
POLL_MS = 1000


def search_panel(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """The newest search that could have found this network, or the one that is chosen."""
    try:
        found = searches(recipe)
    except StoreError as error:
        st.error(str(error), icon=":material/database_off:")
        return
    if not found:
        st.caption(NONE)
        return
    record, sweep = _chosen(found)
    story = story_of(record, sweep)
    if story is None:
        st.caption(
            "This search was made before histories were kept: resume it on the page of runs to have one."
        )
        return
    mine = known.by_key.get(recipe.key, point)
    st.markdown(guess(story, mine, pending=not settled and mine is None))
    replay(story, mine)
    if said := against_random(story):
        st.caption(said)
    st.page_link(
        search(), label="All of this search",
        icon=":material/search_insights:", query_params={"sweep": record.key},
    )  # fmt: skip
    if record.state == "running":
        poll("search-panel", POLL_MS)


def searches(recipe: Recipe) -> list[tuple[SweepRecord, Sweep]]:
    """Of its model, newest first; those that vary the same steps before others."""
    records = data.store().sweeps(recipe.model)
    found = [(r, sweep) for r in records if (sweep := sweep_of(r)) is not None and sweep.is_search]
    steps = [step.technique for step in recipe.steps]
    return sorted(
        found, key=lambda pair: [text.partition(":")[0] for text in pair[1].steps] != steps
    )


def _chosen(found: list[tuple[SweepRecord, Sweep]]) -> tuple[SweepRecord, Sweep]:
    by_key = {record.key: (record, sweep) for record, sweep in found}
    if len(found) == 1:
        return found[0]
    asked = st.session_state.get("_sweep", ("", ""))[1]
    keys = list(by_key)
    key = st.selectbox(
        "Search", keys, index=keys.index(asked) if asked in by_key else 0,
        format_func=lambda key: f"{title_of(*by_key[key])} ({by_key[key][0].done} of {by_key[key][0].total})",
        key="search-chosen", label_visibility="collapsed",
    )  # fmt: skip
    return by_key[key]
