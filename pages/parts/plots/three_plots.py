"""The three Pareto plots of a page, as one browser component: a model's quality against three costs.

Last word of ``Recipe -> engine -> Point -> store -> front -> page``. The background (all known
points) travels to the browser once per version; a knob move sends only the current point and the
trail, which `assets/plots` draws over the plots' own axes. Zoom and selection live in the browser.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from pages.parts.plots.decided import Decided
from pages.parts.plots.messages import (
    Reach,
    background_message,
    current_message,
    device_message,
    judged_message,
    mark_message,
)
from pages.parts.plots.plot_points import Axis, Figure, Mark, PlotPoints
from pages.parts.plots.presentation import Presentation
from pages.parts.plots.strip import Strip
from pages.parts.shell.serving import asset_url

__all__ = ["Axis", "Figure", "File", "Mark", "PlotEvents", "PlotPoints", "draw"]

MAX_SELECTED = 500
"""Keys of a box selection that are told to Python; the browser keeps them all."""


@dataclass(frozen=True)
class Ahead:
    """What lets the browser foresee the point of a slider's next position.

    ``knobs`` are the values of the page's knobs now, ``options`` the values behind a slider that only
    tells their number.
    """

    knobs: Mapping[str, Any]
    options: Mapping[str, Sequence[float]]


def position(knobs: Mapping[str, Any]) -> str:
    """Knob values as one text, the same as in `assets/plots/ahead.js`."""
    return "|".join(
        f"{round(value, 6):.10g}" if isinstance(value, (int, float)) else str(value)
        for _, value in sorted(knobs.items())
    )


@dataclass(frozen=True)
class File:
    """A text file for the browser to save."""

    name: str
    type: str
    text: str


@dataclass(frozen=True)
class PlotEvents:
    """What the user did in the plots: the point just clicked, and those inside the box."""

    picked: str | None
    selected: tuple[str, ...]


_component = st.components.v2.component(
    "compact_ai_lab_plots",
    js="export default async (c) => (await import(new URL(c.data.at(0).code, document.baseURI))).default(c)",
    isolate_styles=False,
)


def draw(
    points: PlotPoints,
    *,
    key: str,
    question: str,
    axes: tuple[Axis, Axis, Axis],
    y: Axis,
    current: Mark | None,
    trail: Sequence[Mark] = (),
    pending: str = "",
    empty: str = "No measured points yet.",
    height: int | None = None,
    poll_ms: int | None = None,
    selected: Sequence[str] = (),
    ahead: Ahead | None = None,
    reach: Reach | None = None,
    before: Mark | None = None,
    pins: Sequence[Mark] = (),
    strip: Strip | None = None,
    on_pick: Callable[[str], None] | None = None,
    on_select: Callable[[tuple[str, ...]], None] | None = None,
    on_turn: Callable[[str], None] | None = None,
    take: Callable[[str], File | None] | None = None,
    present: Presentation | None = None,
    decided: Decided | None = None,
    on_limit: Callable[[str, float | None], None] | None = None,
    on_brush: Callable[[str], None] | None = None,
) -> PlotEvents:
    """Draw the plots and say what the user did in them.

    Call it at one place of the page, always inside the same fragment and with a constant ``key``,
    or the browser builds it anew. Zoom and selection are kept while ``question`` stays the same.
    ``current=None`` keeps the last ring, dashed, while there is something ``pending``, which says in
    words what is awaited; else there is no ring. ``poll_ms`` asks the browser to run the fragment again
    after that time, so that nothing has to poll while nothing is awaited. ``on_pick`` gets the clicked point's key
    before the script runs, so that it may set the knobs' session state. ``selected`` are beginnings of keys
    that are selected at first, for a question that is new; ``on_select`` gets the user's selections.
    ``before`` is where an arrow to the current point starts, ``pins`` are flagged with their numbers. ``ahead`` lets
    the browser draw a known point the moment a slider moves, before the script has run; ``reach`` says which points are
    known by position, and which a click leads to. ``height`` of a plot is as large as the window allows unless it is
    given [px]. ``on_turn`` gets the scale of the upright axis that the user has just chosen there: "lost" or "linear".
    ``take`` makes the file of the points, "csv" or "json", that the user asks for in the plots' menu, which offers
    pictures besides.
    ``decided`` marks a choice, its ties and limits, whose lines tell ``on_limit`` where they were dragged to, and adds
    parallel coordinates, whose brushes tell ``on_brush``.
    ``strip`` is what stands beneath the plots. With ``present`` there is one large plot in place of three, whose
    costs are ``axes`` in turn, and the ring and its words go through its stops.
    """
    drawn = tuple(axis.metric for axis in (*axes, y))
    where = f"{question}\n{reach.page if reach else ''}"
    family, base, known = (
        f"{where}\n{part}"
        for part in (points.family or points.version, points.base or points.version, points.version)
    )
    sent = f"_{key}_sent"
    message: dict[str, Any] = {
        "code": asset_url("plots/plots.js"),
        "sequence": time.time_ns() // 1_000,
        "question": question,
        "version": known,
        "axes": [asdict(axis) for axis in axes],
        "y": asdict(y),
        "current": None if current is None else current_message(current),
        "trail": [mark_message(mark, drawn) for mark in trail],
        "pins": [mark_message(mark, drawn) for mark in pins],
        "pending": pending,
        "empty": empty,
        "height": height,
        "poll_ms": poll_ms,
        "selected": list(selected),
        "takes": take is not None,
        "before": None if before is None else mark_message(before, drawn),
        "ahead": None if ahead is None else {"knobs": ahead.knobs, "options": ahead.options},
    }
    asked = st.session_state.pop(f"_{key}_file", None)
    if take is not None and asked is not None and (file := take(asked)) is not None:
        message["file"] = asdict(file)
    if present is not None:
        message["present"] = present.message()
    now = (family, base, known)
    last = st.session_state.get(sent, ("", "", ""))
    if last != now:
        if last[0] != family:
            told = background_message(points, reach, strip)
        else:
            told = judged_message(points) if last[1] == base else device_message(points)
        message["background"] = {**told, "family": family, "base": base}
        st.session_state[sent] = now
    if decided is not None:
        message["decided"] = decided.message()

    def picked() -> None:
        clicked = _told(key, "picked")
        if on_pick is not None and isinstance(clicked, str):
            on_pick(clicked)

    def boxed() -> None:
        if on_select is not None:
            on_select(_texts(_told(key, "selected")))

    def turned() -> None:
        scale = _told(key, "turned")
        if on_turn is not None and isinstance(scale, str):
            on_turn(scale)

    def limited() -> None:
        told = _told(key, "limit")
        if on_limit is not None and isinstance(told, Mapping):
            name, value = told.get("name"), told.get("value")
            if isinstance(name, str) and (value is None or isinstance(value, (int, float))):
                on_limit(name, value)

    def brushed() -> None:
        if on_brush is not None:
            on_brush(_text(_told(key, "brushed")) or "")

    def wanted() -> None:
        st.session_state[f"_{key}_file"] = _text(_told(key, "file"))

    result = _component(
        key=key,
        data=[
            message
        ],  # of a dictionary Streamlit would ask pandas whether it is a table, part by part
        on_picked_change=picked,
        on_selected_change=boxed,
        on_turned_change=turned,
        on_file_change=wanted,
        on_limit_change=limited,
        on_brushed_change=brushed,
        on_poll_change=_nothing,
        on_need_change=lambda: st.session_state.pop(sent, None),
    )
    return PlotEvents(_text(result.get("picked")), _texts(result.get("selected")))


def _told(key: str, event: str) -> object:
    state = st.session_state.get(key)
    return state.get(event) if isinstance(state, Mapping) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    """The browser's word is untrusted: only texts, and not more of them than asked for."""
    if not isinstance(value, list):
        return ()
    return tuple(item for item in value if isinstance(item, str))[:MAX_SELECTED]


def _nothing() -> None:
    pass
