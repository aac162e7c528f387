"""Up to four points of a model that stay in sight, and the one of them that the figures compare with."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.point import Point
from pages.parts import data
from pages.parts.plots.plot_points import Mark
from pages.parts.plots.selection import DIGITS, starts_in_url, starts_of
from pages.parts.shell import words
from pages.parts.shell.compare_link import compare_link
from pages.parts.shell.pin_words import compared_with

MOST = 4
IN_URL = "pins"
HELD, MISSING, AGAINST = "_pins", "_pins_missing", "pin-against"


def pinned(model: str, known: data.Known) -> tuple[Point, ...]:
    """The model's pinned points, as they were pinned; of the visit's first model those of the address at first."""
    held: dict[str, tuple[str, ...]] = st.session_state.setdefault(HELD, {})
    if model not in held:
        held[model] = () if held else _from_address(known)
    return tuple(known.by_key[key] for key in held[model] if key in known.by_key)


def compared(pins: tuple[Point, ...]) -> Point | None:
    """The pinned point that the figures compare with; None for the original."""
    at = st.session_state.get(AGAINST) or 0
    return pins[at - 1] if 0 < at <= len(pins) else None


def marks(pins: tuple[Point, ...]) -> list[Mark]:
    """The flags in the plots."""
    return [Mark.of(point, str(number)) for number, point in enumerate(pins, start=1)]


def choose_pin(pins: tuple[Point, ...]) -> None:
    """The row of what is pinned, of which one is what the figures compare with; none while nothing is pinned."""
    _to_address(pins)
    if pins:
        with st.container(key="pins"):
            _choose(pins)


def draw_comparison(point: Point | None, pins: tuple[Point, ...]) -> None:
    """What a point is against the pinned one, in words with intervals; else which pins of the address are missing."""
    other = compared(pins)
    if point is not None and other is not None and (said := compared_with(point, other)):
        st.caption(f"**Against {pins.index(other) + 1}:** {said}.")
    elif missing := st.session_state.get(MISSING):
        st.caption(f"In the address: {missing}.")


def _choose(pins: tuple[Point, ...]) -> None:
    if st.session_state.get(AGAINST) not in range(len(pins) + 1):
        st.session_state[AGAINST] = 0
    st.segmented_control(
        "Compare with", range(len(pins) + 1), key=AGAINST, required=True, label_visibility="collapsed",
        format_func=lambda at: f"{at}: {words.named(pins[at - 1].recipe)}" if at else "Compare with the original",
        width="content",
    )  # fmt: skip


def pin_buttons(
    model: str, point: Point | None, known: data.Known, pins: tuple[Point, ...]
) -> None:
    """Pin this point, unpin the one that is compared with."""
    there = settled(point, known)
    is_there = there is not None and bool(there.recipe.steps)
    is_pinned = is_there and point in pins
    if not is_pinned:
        full = len(pins) == MOST
        st.button(
            "Pin this point", key="pin", icon=":material/keep:", type="tertiary", on_click=_pin,
            args=(model, point.key if point is not None else ""), disabled=full or not is_there,
            help=f"{MOST} are pinned, which are the most: unpin one first." if full
            else "Keep it in sight, in the plots and in the address, and compare others with it.",
        )  # fmt: skip
    other = compared(pins) or (point if is_pinned else None)
    if other is not None:
        number = pins.index(other) + 1
        st.button(
            f"Unpin {number}", key="unpin", icon=":material/keep_off:", type="tertiary", on_click=_unpin,
            args=(model, other.key),
        )  # fmt: skip
    compare_link(pins, "Compare pins")


def _pin(model: str, key: str) -> None:
    held = st.session_state[HELD]
    held[model] = (*held[model], key)[-MOST:]
    st.session_state[AGAINST] = len(held[model])
    st.session_state.pop(MISSING, None)


def _unpin(model: str, key: str) -> None:
    held = st.session_state[HELD]
    held[model] = tuple(other for other in held[model] if other != key)
    st.session_state[AGAINST] = 0
    st.session_state.pop(MISSING, None)


def settled(point: Point | None, known: data.Known) -> Point | None:
    """The point as others will find it; None while it is only estimated."""
    return point if point is not None and point.key in known.by_key else None


def part_of(pins: Sequence[Point]) -> dict[str, str]:
    """The part of an address that has them; none of no pins."""
    return {IN_URL: starts_of(point.key for point in pins)} if pins else {}


def _from_address(known: data.Known) -> tuple[str, ...]:
    """The keys that the address means; what it has besides is remembered in words."""
    there, st.session_state[MISSING] = meant(starts_in_url(IN_URL), known)
    return tuple(point.key for point in there)


def meant(given: Sequence[str], known: data.Known) -> tuple[tuple[Point, ...], str]:
    """The points that beginnings of keys mean, as many as may be pinned; and what can't be, in words."""
    starts = list(dict.fromkeys(given))
    by_start = {point.key[:DIGITS]: point for point in known.points} if starts else {}
    there = [by_start[start] for start in starts if start in by_start]
    lost = [start for start in starts if start not in by_start]
    notes = []
    if lost:
        notes.append(
            f"the pinned {'points' if len(lost) > 1 else 'point'} `{'`, `'.join(lost[:MOST])}` "
            f"{'are' if len(lost) > 1 else 'is'} not known here: deleted, or of another model"
        )
    if len(there) > MOST:
        notes.append(f"{len(there)} points are pinned: the first {MOST} are shown")
    return tuple(there[:MOST]), "; ".join(notes)


def _to_address(pins: tuple[Point, ...]) -> None:
    text = starts_of(point.key for point in pins)
    if text != st.query_params.get(IN_URL, ""):
        if text:
            st.query_params[IN_URL] = text
        else:
            del st.query_params[IN_URL]
