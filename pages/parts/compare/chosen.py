"""Which points are compared: those of the address, else the pinned ones, else the original and the best trade-off."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.point import Point
from pages.parts import data
from pages.parts.plots.selection import DIGITS, starts_in_url, starts_of
from pages.parts.shell import words
from pages.parts.shell.pins import pinned

LEAST, MOST = 2, 5
IN_URL, PAIR = "points", "pair"
CHOSEN, MISSING = "compared-points", "_compared_missing"


def choose_points(model: str, known: data.Known) -> list[Point]:
    """A field that holds the points in their order, the first of which the others are compared with."""
    _start_from_address(model, known)
    offered = _offered(model, known)
    keys = st.multiselect(
        "Points",
        list(offered),
        key=CHOSEN,
        max_selections=MOST,
        format_func=lambda key: _label(offered[key]),
        placeholder=f"Choose {LEAST} to {MOST} points",
        help=f"{LEAST} to {MOST} of a model; the others are compared with the first. Offered are the front, what is "
        "pinned and what a link names: any other point is selected on Trade-offs.",
    )
    points = [offered[key] for key in keys]
    _to_address(points)
    return points


def choose_pair(points: Sequence[Point]) -> tuple[int, int]:
    """Which two of them are explained: places in the list."""
    if len(points) == LEAST:
        st.query_params.pop(PAIR, None)
        return 0, 1
    pairs = [
        (one, other) for one in range(len(points)) for other in range(len(points)) if one != other
    ]
    texts = {f"{one + 1}-{other + 1}": (one, other) for one, other in pairs}
    asked = st.query_params.get(PAIR, "")
    if st.session_state.get(PAIR) not in texts:
        st.session_state[PAIR] = asked if asked in texts else next(iter(texts))
    chosen = st.selectbox(
        "Explain the jump", list(texts), key=PAIR, format_func=lambda pair: f"from {pair.replace('-', ' to ')}"
    )  # fmt: skip
    st.query_params[PAIR] = chosen
    return texts[chosen]


def missing() -> str:
    """What the address names that is not known, in words; empty if nothing."""
    return str(st.session_state.get(MISSING, ""))


def _start_from_address(model: str, known: data.Known) -> None:
    """Of another model, or of a new address, the field is filled anew; a point that is gone leaves it."""
    asked = (model, st.query_params.get(IN_URL, ""))
    if st.session_state.get("_compared_asked") == asked and CHOSEN in st.session_state:
        held = st.session_state[CHOSEN]
        st.session_state[CHOSEN] = [key for key in held if key in known.by_key]
        return
    there, said = meant(starts_in_url(IN_URL), known)
    st.session_state[MISSING] = said
    st.session_state[CHOSEN] = [point.key for point in there or _usual(model, known)]


def meant(given: Sequence[str], known: data.Known) -> tuple[list[Point], str]:
    """The points that beginnings of keys mean, at most so many; and what can't be, in words."""
    starts = list(dict.fromkeys(given))
    by_start = {point.key[:DIGITS]: point for point in known.points} if starts else {}
    there = [by_start[start] for start in starts if start in by_start]
    lost = [start for start in starts if start not in by_start]
    notes = []
    if lost:
        which = f"`{'`, `'.join(lost[:MOST])}`"
        notes.append(
            f"{which} {'are' if len(lost) > 1 else 'is'} not known here: deleted, of another model, or measured "
            "on another machine"
        )
    if len(there) > MOST:
        notes.append(f"{len(there)} points are named: the first {MOST} are compared")
    return there[:MOST], "; ".join(notes)


def _usual(model: str, known: data.Known) -> list[Point]:
    """What is pinned; with fewer than two, the original, the knee and the smallest that loses little."""
    pins = pinned(model, known)
    if len(pins) >= LEAST:
        return list(pins)
    trade_off = data.trade_off(known, model)
    if trade_off is None:
        return list(known.points[:LEAST])
    best = [point for point in trade_off.best if point.recipe.steps]
    found = [trade_off.original, *pins, *filter(None, (trade_off.spoken_of,)), *best]
    return list({point.key: point for point in found}.values())[:LEAST]


def _offered(model: str, known: data.Known) -> dict[str, Point]:
    trade_off = data.trade_off(known, model)
    front = () if trade_off is None else trade_off.best
    held = (known.by_key[key] for key in st.session_state[CHOSEN])
    first = () if known.original is None else (known.original,)
    return {point.key: point for point in (*first, *held, *pinned(model, known), *front)}


def _label(point: Point) -> str:
    return f"{words.named(point.recipe)} ({point.text('size_bytes')})"


def _to_address(points: Sequence[Point]) -> None:
    text = starts_of(point.key for point in points)
    if text:
        st.query_params[IN_URL] = text
    else:
        st.query_params.pop(IN_URL, None)
    st.session_state["_compared_asked"] = (st.query_params.get("model", ""), text)
