"""One search on a page of its own: its front and worth, what it has learned, its finalists, and honest baselines."""

from __future__ import annotations

from functools import partial

import streamlit as st

from compression.engine import SweepRun, SweepWatch
from compression.engine.history import at_random
from compression.errors import StoreError
from compression.models.catalogue import MODELS, model_card
from compression.point.goals import unmet
from compression.store import SweepRecord
from pages.parts import data
from pages.parts.jobs.expected import help_on, labelled
from pages.parts.jobs.runs import how_far
from pages.parts.jobs.sweep_words import ended, in_words, title_of
from pages.parts.panels.search import changing
from pages.parts.panels.search.baselines import baselines
from pages.parts.panels.search.finalists import finalists
from pages.parts.panels.search.learned import learned
from pages.parts.panels.search.replay import replay
from pages.parts.panels.search.story import Story, story_of
from pages.parts.panels.search.verdict import against_random, cost
from pages.parts.shell.opening import link_to
from pages.parts.shell.page_files import runs
from pages.parts.shell.reaching import can_ask
from pages.parts.shell.runs_page import points_link

POLL_SECONDS = 1.0
Run = SweepRun | SweepWatch
UNKNOWN = "There is no such search: it was deleted, or is of another version. The page of runs lists those there are."


def show_search() -> None:
    """The search that the address names, looked at again each second while it runs."""
    key = st.query_params.get("sweep", "")
    try:
        record = data.store().sweep(key) if key else None
    except StoreError as error:
        st.error(str(error), icon=":material/database_off:")
        return
    if record is None or record.model not in MODELS or data.engine().sweep(key) is None:
        st.info(UNKNOWN)
        st.page_link(runs(), label="All runs", icon=":material/list_alt:")
        return
    every = POLL_SECONDS if record.state == "running" else None
    st.fragment(run_every=every)(_live)(key, polls=every is not None)
    data.engine().hurry()


def _live(key: str, *, polls: bool) -> None:
    record, run = data.store().sweep(key), data.engine().sweep(key)
    if record is None or run is None or polls != (record.state == "running"):
        st.rerun(scope="app")
    story = story_of(record, run.sweep)
    _state(record, run, story)
    if story is None:
        _without_history(run)
        return
    replay(story)
    _worth(story)
    st.caption(cost(story))
    left, right = st.columns([1, 1.5], gap="medium")
    with left:
        st.header("What decides")
        learned(story)
    with right:
        st.header("The finalists")
        front = finalists(story, data.known_or_bundled(run.sweep.model))
        _open(story, [each.number for each in front])
    st.header("What would have known it, too")
    baselines(story)
    _failures(story)


def _without_history(run: Run) -> None:
    if not run.sweep.is_search:
        st.info(
            "This run does not choose where to look, so there is nothing to replay: see its points in the plots."
        )
        return
    st.info("This search is of before histories were kept, or has not begun to measure.")
    if run.progress.finished:
        st.button(
            "Find its history again", key="find-history", on_click=changing.start, args=(run.sweep,),
            help="The search is gone through anew with what was measured: nothing is measured twice.",
        )  # fmt: skip


def _state(record: SweepRecord, run: Run, story: Story | None) -> None:
    """What it looks for, how far it is, and what can be done with it."""
    title, where = title_of(record, run.sweep), model_card(record.model).title
    st.markdown(f"**{where}:** {title}" + (f" ({in_words(run.sweep)})" if record.name else ""))
    with st.container(horizontal=True, vertical_alignment="center", key="search-state"):
        now = run.progress
        if now.finished:
            said = "Paused" if now.state == "cancelled" else now.state.capitalize()
            st.caption(ended(now, said), width="stretch")
        else:
            st.progress(min(1.0, now.fraction), text=how_far(now))
        changing.buttons(run, story)
        points_link(record, run.sweep, "All points in the plots")
    if story is not None and not run.progress.finished:
        points = [point for each in story.history.evaluations for point in each.points]
        if said := unmet(story.history.goal, points):
            st.warning(f"So far: {said}", icon=":material/block:")


def _worth(story: Story) -> None:
    """Against random search: the sentence, or the button that measures it."""
    if said := against_random(story):
        st.markdown(said)
    drawn = at_random(story.sweep)
    if drawn is None:
        st.caption("There are too few settings to draw as many at random.")
        return
    if story.has_random or not story.sweep.is_search:
        return
    running = data.engine().sweep(drawn.key)
    if running is not None and not running.progress.finished:
        st.caption(f"Random search is being measured: {how_far(running.progress)}.")
        return
    recipes = drawn.recipes()
    have = data.store().have(recipe.key for recipe in recipes)
    missing = [recipe for recipe in recipes if recipe.key not in have]
    if missing:
        st.button(
            labelled("Measure random search, too", missing), key="measure-random", icon=":material/casino:",
            on_click=partial(changing.start, drawn),
            help=f"As many settings of the same space, each equally likely. {len(have)} of {len(recipes)} are known."
            f"{help_on(missing)}",
        )  # fmt: skip


def _open(story: Story, numbers: list[int]) -> None:
    """The way from a finalist to the page that has it in its form."""
    if not numbers:
        return
    number = st.selectbox("Open finalist number", numbers, key="search-open")
    recipe = story.history.evaluations[(number or numbers[0]) - 1].recipe
    if can_ask(recipe):
        link_to(recipe)


def _failures(story: Story) -> None:
    failed = story.history.failures
    if not failed:
        return
    with st.expander(f"{len(failed)} could not be measured"):
        st.caption(
            "Each was tried once in this run, counts in its budget, and is not asked for again."
        )
        st.table(
            [{"No.": str(e.number), "Recipe": e.recipe.describe(), "Why": e.error} for e in failed],
            hide_index=True,
        )
