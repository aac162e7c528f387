"""The home page: where to start, a tile for each technique, what was measured last, and what there is to read."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from compression.lessons import LESSONS, lesson, lessons
from compression.lessons.content import Lesson
from compression.models.catalogue import MODELS, model_card
from compression.point import METRICS, quality_of
from compression.point.miniature import TILE, Look, miniature
from compression.point.trade_off import TradeOff
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.plots.inline_svg import inline_svg
from pages.parts.plots.signs import CHAIN
from pages.parts.shell import tour, words
from pages.parts.shell.best_files import best_files
from pages.parts.shell.navigation import page_of
from pages.parts.shell.page_files import lesson as lesson_file
from pages.parts.shell.page_files import trade_offs
from pages.parts.shell.question import FIRST
from pages.parts.shell.recent_runs import recent_runs
from pages.techniques.face import Face, Sign

NONE_SMALLER = "No file gets smaller here: the page shows what it saves instead."

STYLE = Path(__file__).parents[3] / "assets" / "shell" / "home.css"


def home() -> None:
    st.html(STYLE)
    model = st.session_state.get("_model", FIRST)
    known = data.known_or_bundled(model)
    with st.container(key="start", horizontal=True, vertical_alignment="center"):
        begins = st.button(
            "Start here: a tour in three steps", key="tour-start", type="primary", icon=":material/explore:",
            on_click=tour.start,
        )  # fmt: skip
        st.page_link(
            lesson_file(), label="First lesson: guess, then see", icon=":material/lightbulb:",
            query_params={"lesson": LESSONS[0]},
        )  # fmt: skip
        card = model_card(model)
        st.caption(
            f"Below: {card.title} on {card.data.title}. Each dot is a model that was measured: to the left its file "
            "is smaller, or what its tile names is, and downwards it makes more mistakes. The diamond is the original."
        )
    if begins:
        st.switch_page(page_of(FACES[tour.TECHNIQUE]), query_params=_asking(model))
    with st.container(key="tiles"):
        _tiles(known, model)
    runs, texts = st.columns([3, 2], gap="large")
    with runs, st.container(key="recent", gap="xsmall"):
        recent_runs()
    with texts, st.container(key="read", gap="xsmall"):
        best_files(known)
        _texts(model)


def _tiles(known: data.Known, model: str) -> None:
    """A technique that is listed later has its tile by itself; the last is for all of them, chains too."""
    for face in FACES.values():
        on = fitting(face, model)
        shown = known if on == model else data.known_or_bundled(on)
        summed_up = data.trade_off(shown, on, face.name, face.cost)
        _tile(
            face.name,
            page_of(face),
            _summary(face, model),
            face.sign,
            summed_up,
            on,
            lesson_of(face),
        )
    summary = "All techniques, and chains of several: find what keeps within your limits."
    _tile(
        "all",
        trade_offs(),
        summary,
        CHAIN,
        data.trade_off(known, model),
        model,
        lesson("trade-off"),
    )


def lesson_of(face: Face) -> Lesson | None:
    """The lesson about a technique, where there is one: the techniques' own come first."""
    return next((each for each in lessons() if face.name in (each.technique, *each.also)), None)


def _tile(
    name: str,
    page: st.Page,
    summary: str,
    sign: Sign,
    summed_up: TradeOff | None,
    model: str,
    taught: Lesson | None,
) -> None:
    """The whole tile leads to its page, but for its lesson."""
    with st.container(border=True, key=f"tile-{name}", gap="xsmall"):
        st.page_link(page, query_params=_asking(model))
        st.markdown(summary)
        if taught is not None:
            with st.container(key=f"taught-{name}"):
                st.page_link(
                    lesson_file(), label=f"Lesson: {taught.title}", icon=":material/lightbulb:",
                    query_params={"lesson": taught.id},
                )  # fmt: skip
        if summed_up is None or not any(point.recipe.steps for point in summed_up.points):
            st.caption("Nothing is measured of this model yet.")
            return
        inline_svg(miniature(summed_up, _look(sign)), key=f"miniature-{name}")
        st.caption(_said(summed_up))


def _said(summed_up: TradeOff) -> str:
    """The point to speak of, in a sentence that is about what the tile is drawn over."""
    point, original = summed_up.spoken_of, summed_up.original
    if point is None or (summed_up.x == "size_bytes" and summed_up.knee is None):
        return NONE_SMALLER
    described = point.recipe.describe()
    if summed_up.x == "size_bytes":
        return f"{described}: {words.headline(point, original)}"
    cost, quality = METRICS[summed_up.x], quality_of(point.recipe.model)
    return (
        f"Drawn over another figure: {cost.label.lower()}. {described}: {point.text(cost.field)}, "
        f"{quality.label.lower()} {point.text(quality.field)} (original {original.text(quality.field)})."
    )


def fitting(face: Face, model: str) -> str:
    """The model that a technique is shown on: the chosen one, or the first that it can be done to."""
    return next(each for each in (model, *MODELS) if not face.step.unfit(model_card(each)))


def _summary(face: Face, model: str) -> str:
    """What a technique does, and on what its tile shows it where that isn't the chosen model."""
    if (on := fitting(face, model)) == model:
        return face.step.summary
    return f"{face.step.summary} Shown on {model_card(on).title}."


def _look(sign: Sign) -> Look:
    """The technique's own colour; the browser takes the one of the page's theme."""
    return TILE.coloured(f"light-dark({sign.light}, {sign.dark})")


def _texts(model: str) -> None:
    st.header("Read", anchor=False)
    for face in FACES.values():
        st.page_link(
            page_of(face),
            label=f"How {face.step.label.lower()} works",
            icon=":material/menu_book:",
            query_params={**_asking(fitting(face, model)), "details": "About"},
        )


def _asking(model: str) -> dict[str, str]:
    return {"data": model_card(model).dataset, "model": model}
