"""A technique's page: knobs on the left, what they do to the model on the right. One script for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pkgutil import resolve_name

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from compression.errors import UsageError
from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.step import Step
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.form import asked
from pages.parts.form.axes import choose_axes, quality_axis, turn
from pages.parts.form.chain import Chain
from pages.parts.form.device import DEVICE, choose_device, chosen_device
from pages.parts.form.knobs import form_is_drawn, knob_form, stand
from pages.parts.form.link import draw_notes, read_link
from pages.parts.form.teaching import draw_teaching, read_teaching
from pages.parts.jobs import live, training
from pages.parts.jobs.sweep_form import sweep_buttons
from pages.parts.jobs.sweeping import current_sweep, is_running
from pages.parts.panels.details import details, sections
from pages.parts.plots import selection
from pages.parts.plots.strip import strip_of
from pages.parts.plots.three_plots import Axis, Mark, draw
from pages.parts.shell import tour, words
from pages.parts.shell.doing import draw_doing, draw_nothing
from pages.parts.shell.figures import draw_figures
from pages.parts.shell.fit_row import draw_fit
from pages.parts.shell.going_back import hand_buttons, restore
from pages.parts.shell.hint import first_visit_hint
from pages.parts.shell.named_fragment import named_fragment, rerun_fragment, rerun_page
from pages.parts.shell.opening import go_to
from pages.parts.shell.pins import compared, marks, pinned
from pages.parts.shell.points_file import points_file
from pages.parts.shell.question import choose_model
from pages.parts.shell.quick_moves import expect_moves
from pages.parts.shell.reaching import ahead_of, reach_of
from pages.parts.shell.recipe_bar import drag_chips, draw_bar
from pages.parts.shell.stage import stage_style
from pages.parts.shell.stake import draw_stake
from pages.techniques.face import Face

ANSWER = "answer"
NEW_NETWORK = "**Not trained yet:** it is a new network, so it knows nothing until it is trained."


def technique_page(face: Face, question: DeltaGenerator) -> None:
    """Ask for a model, in the place beside the title, then keep answering while the knobs move.

    A move runs the answer alone: the knobs and buttons beside it would cost as much again.
    """
    page = face.step
    read_teaching()
    wrong = asked.open_page(page)
    chain = asked.asked(page)
    if face.name not in chain.techniques:
        go_to(chain)
    inside = _in_form(chain)
    if wrong is not None:
        read_link(inside, sections(inside), wrong)
    with question:
        model = choose_model(chain.fits)
    draw_stake(model, data.original(model))
    data.warm(model)
    stage_style()
    draw_bar(page, model)
    knob_column, result_column = st.columns([1, 3.4], gap="medium")
    with knob_column, st.container(key="knobs"):
        moving = knob_form(inside, model, on_change=_answer_again, on_turn=rerun_page)
        expect_moves({*moving, DEVICE}, ANSWER)
        hand_buttons(page, inside.step)
        sweep_buttons(model, inside.step)
        choose_device(on_change=_answer_again)
        axes = choose_axes(model, face.axes)
        draw_teaching(inside.step)
    with result_column:
        _answer(page, model, axes)
        first_visit_hint(face)
    drag_chips(page)
    form_is_drawn(page)


@named_fragment(ANSWER)
def _answer(page: type[Step], model: str, axes: tuple[Axis, Axis, Axis]) -> None:
    if st.session_state.pop("_knobs_moved", False):
        st.rerun(scope="app")  # a click in the plots set the knobs, which stand outside
    chain = asked.asked(page)
    recipe, refused = _recipe(chain, model)
    known = (recipe and live.meanwhile(recipe)) or data.known_or_bundled(model)
    face = _in_form(chain)
    here = FACES[page.technique].address
    asked.write(page, here)
    device = chosen_device()
    seen = data.on(known, model, device)
    plots = _plots(page, chain, model, seen, axes)
    if recipe is None:
        _refuse(refused, face, model, plots)
        return
    trail = live.remember(recipe)
    now = live.look(recipe, known)
    now = replace(now, point=data.point_on(now.point, seen, device))
    original = seen.original
    pins = pinned(model, seen)
    with st.container(key="result"):
        with st.container(key="sentence"):
            _sentence(now, original, recipe, seen)
        draw_figures(model, now.point, original, compared(pins))
        draw_fit(now.point, device, seen)
    sweep = current_sweep(model)
    trained = draw_doing(face, recipe, now, known, here=here, pins=pins, sweep=sweep)
    draw_notes({**stand(face.step), "model": model})
    plots(
        current=Mark.of(now.point, now.point.recipe.describe()) if now.point else None,
        before=_before(recipe, seen),
        trail=[Mark.of(p, p.recipe.describe()) for r in trail if (p := seen.by_key.get(r.key))],
        pins=marks(pins),
        pending=now.pending,
        poll_ms=_poll_ms(now, busy=is_running(sweep) or trained is not None or original is None),
        ahead=ahead_of(chain, recipe),
    )
    tour.follow(face, recipe.steps[chain.at], now.point, original)
    details(
        face, recipe, now.point, seen,
        at=chain.at, settled=not now.pending, on_pick=lambda key: _restore(key, model, page),
    )  # fmt: skip
    if trained is not None:
        training.curves(trained)
    else:
        st.empty()  # takes the curves of a finished training away, even if this run is cut short
    if now.point is not None and not now.pending:
        live.prefetch(recipe, chain.at)
    if st.session_state.get(
        "_is_drawn"
    ):  # the browser asks again: the cores are free for the engine's start
        data.engine().hurry()
    st.session_state["_is_drawn"] = True


def _recipe(chain: Chain, model: str) -> tuple[Recipe | None, str]:
    """What is asked for; where its knobs don't go together, None and the sentence that says so."""
    try:
        return chain.recipe(model), ""
    except UsageError as error:
        return None, str(error)


def _in_form(chain: Chain) -> Face:
    """The face of the step whose knobs the form shows."""
    return FACES[chain.selected.technique.technique]


def _refuse(why: str, face: Face, model: str, plots: Callable[..., object]) -> None:
    """Knobs that don't go together: a sentence in the answer's place, no figures, and no ring in the plots."""
    with st.container(key="result"):
        with st.container(key="sentence"):
            st.warning(why, icon=":material/block:")
        draw_figures(model, None, None)
    draw_nothing()
    draw_notes({**stand(face.step), "model": model})
    plots(current=None)


def _plots(
    page: type[Step], chain: Chain, model: str, known: data.Known, axes: tuple[Axis, Axis, Axis]
) -> Callable[..., object]:
    """`draw` for this page: what is left to tell is what was answered."""
    return partial(
        draw,
        data.background(known, model, [axis.metric for axis in axes]),
        key="plots",
        question=model,
        axes=axes,
        y=quality_axis(model),
        selected=selection.from_url(),
        reach=reach_of(chain, known),
        strip=strip_of(model, known),
        on_pick=lambda key: _restore(key, model, page),
        on_select=selection.to_url,
        on_turn=_turn,
        take=partial(points_file, known.points),
    )


def _poll_ms(now: live.Live, *, busy: bool) -> int | None:
    """How soon to look again: a measurement is over in a moment, and where it is awaited a run waits itself."""
    if now.pending:
        return 100
    return 500 if busy else None


def _before(recipe: Recipe, known: data.Known) -> Mark | None:
    """Where a trained recipe started: an arrow leads from there to the point it has become.

    Where nothing stood before the training, it is the control.
    """
    if not recipe.is_trained or recipe.key not in known.by_key:
        return None
    start = recipe.control if live.begins_anew(recipe) else recipe.untrained
    point = None if start is None else known.by_key.get(start.key)
    return None if point is None else Mark.of(point, point.recipe.describe())


def _answer_again() -> None:
    rerun_fragment(ANSWER)


def _sentence(now: live.Live, original: Point | None, recipe: Recipe, known: data.Known) -> None:
    if error := now.error or (now.training.error if now.training is not None else ""):
        st.error(error, icon=":material/error:")
        return
    if now.untrained and live.begins_anew(recipe):
        _before_training(recipe, known)
        return
    if now.point is None or original is None:
        st.markdown(f"{now.pending or 'Measuring the original'} …")
        return
    if now.untrained:
        st.markdown(f"**Before training:** {words.headline(now.point, original)}")
        return
    st.markdown(f"**{words.headline(now.point, original)}** {words.caveat(now.point)}")


def _before_training(recipe: Recipe, known: data.Known) -> None:
    """What can be said of a new network, which has no figures yet."""
    face = next(FACES[step.technique] for step in recipe.steps if step.begins_anew)
    promise: Callable[[Recipe], str] | None = resolve_name(face.promise) if face.promise else None
    st.markdown(promise(recipe) if promise else NEW_NETWORK)
    if face.doubt and (doubted := resolve_name(face.doubt)(recipe, known)):
        st.warning(doubted, icon=":material/info:")


def _restore(key: str, model: str, page: type[Step]) -> None:
    if restore(key, model, page):
        st.session_state["_knobs_moved"] = True


def _turn(scale: str) -> None:
    turn(scale)
    st.session_state["_knobs_moved"] = True  # its control stands outside of the answer
