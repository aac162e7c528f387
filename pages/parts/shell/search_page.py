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
from pages.parts.panels.common.asking import poll
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

POLL_SECONDS, PICTURE_SECONDS, SLOWLY = 1.0, 2.0, 10.0
HAD_HISTORY = "_search_had_history"
Run = SweepRun | SweepWatch
UNKNOWN = "There is no such search: it was deleted, or is of another version. The page of runs lists those there are."


def show_search() -> None:
    """The search that the address names; its picture is drawn again each second while it runs, the rest less often."""
    key = st.query_params.get("sweep", "")
    try:
        record = data.store().sweep(key) if key else None
    except StoreError as error:
        st.error(str(error), icon=":material/database_off:")
        return
    run = None if record is None or record.model not in MODELS else data.engine().sweep(key)
    if record is None or run is None:
        st.info(UNKNOWN)
        st.page_link(runs(), label="All runs", icon=":material/list_alt:")
        return
    _what(record, run)
    is_running = record.state == "running"
    doing, buttons = st.columns([2, 1.4], vertical_alignment="center")
    with doing:
        st.fragment(run_every=POLL_SECONDS if is_running else None)(_state)(key, polls=is_running)
    story = story_of(record, run.sweep)
    with buttons, st.container(horizontal=True, horizontal_alignment="right"):
        changing.buttons(run, story)
        points_link(record, run.sweep, "In the plots")
    if story is None:
        _without_history(run)
    else:
        st.fragment(run_every=PICTURE_SECONDS if is_running else None)(_picture)(key)
        st.fragment(run_every=SLOWLY if is_running else None)(_details)(key)
    data.engine().hurry()


def _what(record: SweepRecord, run: Run) -> None:
    title, where = title_of(record, run.sweep), model_card(record.model).title
    st.markdown(f"**{where}:** {title}" + (f" ({in_words(run.sweep)})" if record.name else ""))


def _state(key: str, *, polls: bool) -> None:
    """How far it is; the whole page is drawn again when it begins or ends, and when it has a first history."""
    record, run = data.store().sweep(key), data.engine().sweep(key)
    if record is None or run is None or polls != (record.state == "running"):
        st.rerun(scope="app")
    now = run.progress
    if now.finished:
        st.caption(ended(now, "Paused" if now.state == "cancelled" else now.state.capitalize()))
    else:
        st.progress(min(1.0, now.fraction), text=how_far(now))
        if st.session_state.get(HAD_HISTORY) != key and data.store().trials.of(key):
            st.session_state[HAD_HISTORY] = key
            st.rerun(scope="app")


def _picture(key: str) -> None:
    story = _story(key)
    if story is None:
        return
    replay(story)
    points = [point for each in story.history.evaluations for point in each.points]
    if said := unmet(story.history.goal, points):
        st.warning(f"So far: {said}", icon=":material/block:")
    record = data.store().sweep(key)
    _worth(story, is_over=record is not None and record.state != "running")
    st.caption(cost(story))


def _details(key: str) -> None:
    story = _story(key)
    if story is None:
        return
    left, right = st.columns([1, 1.5], gap="medium")
    with left:
        st.header("What decides")
        learned(story)
    with right:
        st.header("The finalists")
        front = finalists(story, data.known_or_bundled(story.sweep.model))
        _open(story, [each.number for each in front])
    st.header("What would have known it, too")
    baselines(story)
    _failures(story)


def _story(key: str) -> Story | None:
    record, run = data.store().sweep(key), data.engine().sweep(key)
    return None if record is None or run is None else story_of(record, run.sweep)


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


def _worth(story: Story, *, is_over: bool) -> None:
    """Against random search: the sentence, and once the search is over the button that measures random, too."""
    if said := against_random(story):
        st.markdown(said)
    if story.has_random or not is_over or not story.sweep.is_search:
        return
    drawn = at_random(story.sweep)
    if drawn is None:
        st.caption("There are too few settings to draw as many at random.")
        return
    running = data.engine().sweep(drawn.key)
    if running is not None and not running.progress.finished:
        st.caption(f"Random search is being measured: {how_far(running.progress)}.")
        poll("search-random", 1000)
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
