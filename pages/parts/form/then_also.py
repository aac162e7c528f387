"""Compressing a model further on the same page: techniques that its face lets follow, one slider each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from compression.recipe import make_step
from compression.techniques.step import Knob, Step
from pages.techniques.face import Face, Follower

KEY = "then"


def then_form(face: Face, *, on_change: Callable[[], None]) -> None:
    """Which techniques follow, and how strongly."""
    if not face.followers:
        return
    chosen = st.pills(
        "Then also", list(face.followers), selection_mode="multi", key=KEY, bind="query-params", persist_state="page",
        help=face.followers_help,
    )  # fmt: skip
    for name, follower in face.followers.items():
        if name in chosen:
            _slider(follower, on_change)


def then_steps(face: Face) -> tuple[Step, ...]:
    """The steps that follow the page's own one, as the form stands."""
    chosen = (st.session_state.get(KEY) or ()) if face.followers else ()
    return tuple(
        _made(follower, st.session_state.get(_key(follower), _shown(follower).default))
        for name, follower in face.followers.items()
        if name in chosen
    )


def set_then(face: Face, steps: Sequence[Step]) -> None:
    """Put the form where it gives these steps; only in a callback."""
    if not face.followers:
        return
    values = as_query(face, steps)
    st.session_state[KEY] = values.pop(KEY, [])
    for key, value in values.items():
        st.session_state[key] = value


def as_query(face: Face, steps: Sequence[Step]) -> dict[str, Any]:
    """The form's values that give these steps, by widget."""
    named = [(name, _of(steps, follower), follower) for name, follower in face.followers.items()]
    there = [(name, step, follower) for name, step, follower in named if step is not None]
    values: dict[str, Any] = {_key(f): getattr(step, f.knob) for _, step, f in there}
    return {KEY: [name for name, _, _ in there], **values} if there else {}


def can_follow(face: Face, steps: Sequence[Step]) -> bool:
    """Whether the form can ask for just these steps."""
    asked = as_query(face, steps)
    made = [_made(f, asked[_key(f)]) for f in face.followers.values() if _key(f) in asked]
    return list(steps) == made


def _key(follower: Follower) -> str:
    return f"{KEY}-{follower.knob}"


def _shown(follower: Follower) -> Knob:
    return next(knob for knob in follower.step.knobs() if knob.name == follower.knob)


def _made(follower: Follower, value: Any) -> Step:
    return make_step(follower.step, {follower.knob: value})


def _of(steps: Sequence[Step], follower: Follower) -> Step | None:
    return next((step for step in steps if type(step) is follower.step), None)


def _slider(follower: Follower, on_change: Callable[[], None]) -> None:
    knob = _shown(follower)
    common: Mapping[str, Any] = {
        "key": _key(follower), "bind": "query-params", "persist_state": "page", "on_change": on_change,
        "help": knob.help,
    }  # fmt: skip
    if knob.values:
        st.select_slider(
            knob.label, knob.values, value=knob.default, format_func=lambda value: f"{value:g}", **common
        )  # fmt: skip
        return
    st.slider(
        knob.label, float(knob.low or 0), float(knob.high or 1), float(knob.default), float(knob.step or 0.01),
        format="percent", **common,
    )  # fmt: skip
