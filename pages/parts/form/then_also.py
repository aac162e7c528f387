"""Compressing a student further: pruning and quantization after distillation, one slider each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from compression.recipe import make_step
from compression.techniques.pruning.knobs import Prune
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.step import Knob, Step

FOLLOWED = ("distill",)
"""The techniques after which more can be done on their page."""

KEY = "then"


@dataclass(frozen=True)
class Follower:
    """A technique that may follow, all its knobs but one at their defaults."""

    step: type[Step]
    knob: str

    @property
    def key(self) -> str:
        return f"{KEY}-{self.knob}"

    @property
    def shown(self) -> Knob:
        return next(knob for knob in self.step.knobs() if knob.name == self.knob)

    def made(self, value: Any) -> Step:
        return make_step(self.step, {self.knob: value})


FOLLOWERS = {"pruning": Follower(Prune, "sparsity"), "quantization": Follower(Quantize, "bits")}
"""By the word on the page, in the order in which they are done."""


def then_form(technique: type[Step], *, on_change: Callable[[], None]) -> None:
    """Which of them follow, and how strongly."""
    if technique.technique not in FOLLOWED:
        return
    chosen = st.pills(
        "Then also", list(FOLLOWERS), selection_mode="multi", key=KEY, bind="query-params", persist_state="page",
        help="The trained student is pruned or quantized afterwards, which needs no second training.",
    )  # fmt: skip
    for name, follower in FOLLOWERS.items():
        if name in chosen:
            _slider(follower, on_change)


def then_steps(technique: type[Step]) -> tuple[Step, ...]:
    """The steps that follow the page's own one, as the form stands."""
    if technique.technique not in FOLLOWED:
        return ()
    chosen = st.session_state.get(KEY) or ()
    return tuple(
        follower.made(st.session_state.get(follower.key, follower.shown.default))
        for name, follower in FOLLOWERS.items()
        if name in chosen
    )


def set_then(steps: Sequence[Step]) -> None:
    """Put the form where it gives these steps; only in a callback."""
    values = as_query(steps)
    st.session_state[KEY] = values.pop(KEY, [])
    for key, value in values.items():
        st.session_state[key] = value


def as_query(steps: Sequence[Step]) -> dict[str, Any]:
    """The form's values that give these steps, by widget."""
    named = [(name, _of(steps, follower), follower) for name, follower in FOLLOWERS.items()]
    there = [(name, step, follower) for name, step, follower in named if step is not None]
    values: dict[str, Any] = {f.key: getattr(step, f.knob) for _, step, f in there}
    return {KEY: [name for name, _, _ in there], **values} if there else {}


def can_follow(steps: Sequence[Step]) -> bool:
    """Whether the form can ask for just these steps."""
    asked = as_query(steps)
    made = [f.made(asked[f.key]) for f in FOLLOWERS.values() if f.key in asked]
    return list(steps) == made


def _of(steps: Sequence[Step], follower: Follower) -> Step | None:
    return next((step for step in steps if type(step) is follower.step), None)


def _slider(follower: Follower, on_change: Callable[[], None]) -> None:
    knob = follower.shown
    common: Mapping[str, Any] = {
        "key": follower.key, "bind": "query-params", "persist_state": "page", "on_change": on_change,
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
