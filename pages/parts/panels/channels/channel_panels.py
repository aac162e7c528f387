"""The panels of channel pruning: each group's channels ranked with the cut, and what is taken out of a weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.channels.knobs import PruneChannels
from pages.parts import data
from pages.parts.panels.common import picture
from pages.parts.panels.common.asking import ask
from pages.parts.panels.common.pruned_layer import (
    NONE,
    asked_for,
    choose_against,
    choose_layer,
    chosen_layer,
    is_of,
    plain,
)
from pages.parts.shell.ratio_words import runs

EXPLAINED = {
    "obs": "Importance: the share of its readers' output variance that is lost with a channel, the others making "
    "up for it as well as they can.",
    "random": "All channels count alike: what ranking is worth is seen against this.",
}
SCORED = "Importance: the score, 1 on average in each layer that puts the channel out."
COST = (
    "The line adds up what is lost with them, as a share of what the layers that read them put out (the last "
    "layer's counts four times); where it is shared out by cost, the groups with the flattest lines give up most."
)


def channel_ranking(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """All groups with their cuts, which move with the slider."""
    step = recipe.steps[-1]
    assert isinstance(step, PruneChannels)
    scores = get_args(PruneChannels.model_fields["score"].annotation)
    chooser, said = st.columns(2)[0], st.empty()
    answer = _ask("channel_ranking", recipe, {}, settled, said)
    if answer is None:
        return
    against = choose_against(chooser, "channels-against", scores, step.score)
    parts = {"main": (f"channels {answer['of']}", answer)}
    if against != NONE and (other := _by_another(recipe, against, settled)) is not None:
        parts["other"] = (f"channels {other['of']}", other)
    picture.draw(
        "channels", key="channels-picture", knob="ratio", at=step.ratio, parts=parts,
        measured=_measured(recipe, point, answer),
    )  # fmt: skip
    st.caption(f"{EXPLAINED.get(answer['score'], SCORED)} {COST}")
    if (words := _speed(recipe, point)) and settled:
        st.caption(words)


def channel_matrix(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A layer's weight with the rows and columns that go."""
    chooser, said = st.columns(2)[0], st.empty()
    layer = {"layer": chosen_layer(recipe.model)}
    groups = _ask("channel_ranking", recipe, {}, settled, said)
    answer = _ask("channel_matrix", recipe, layer, settled, said)
    if answer is None or groups is None:
        return
    step = recipe.steps[-1]
    assert isinstance(step, PruneChannels)
    choose_layer(chooser, recipe.model, answer["layers"], answer["layer"])
    picture.draw(
        "matrix", key="channel-matrix-picture", knob="ratio", at=step.ratio,
        parts={"main": (f"channel-matrix {answer['of']}", answer)},
        measured=_measured(recipe, point, groups),
    )  # fmt: skip


def _by_another(recipe: Recipe, score: str, settled: bool) -> dict[str, Any] | None:
    """The ranking by another score; None while it is awaited."""
    usual = _usual(recipe)
    steps = (*usual.steps[:-1], usual.steps[-1].moved(score=score))
    asked = asked_for(usual.model_copy(update={"steps": steps}))
    answer: dict[str, Any] | None = ask(
        "channel_ranking", asked, slot="channels_compared", settled=settled, said=st.empty()
    )
    return answer if answer is not None and answer["score"] == score else None


def _ask(
    question: str, recipe: Recipe, more: Mapping[str, Any], settled: bool, said: Any
) -> dict[str, Any] | None:
    asked = {**asked_for(_usual(recipe)), **more}
    answer: dict[str, Any] | None = ask(question, asked, slot=question, settled=settled, said=said)
    return answer


def _usual(recipe: Recipe) -> Recipe:
    return plain(recipe, "ratio", repair=PruneChannels.model_fields["repair"].default)


def _measured(
    recipe: Recipe, point: Point | None, answer: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What the finished model kept, read from the shapes of its tensors."""
    if point is None or not is_of(point, recipe):
        return None
    shapes = {tensor.name: tensor.shape for tensor in point.layers}
    rows = {group["name"]: group["witness"] for group in answer["groups"]}
    if any(name not in shapes for name, _ in rows.values()):
        return None
    step = recipe.steps[-1]
    assert isinstance(step, PruneChannels)
    return {
        "at": step.ratio,
        "widths": {group: shapes[name][0] // each for group, (name, each) in rows.items()},
        "parameters": point.value("parameters"),
        "macs": point.value("macs"),
    }


def _speed(recipe: Recipe, point: Point | None) -> str:
    """What the smaller tensors are worth in time, measured."""
    if point is None or not is_of(point, recipe) or point.value("speedup") is None:
        return ""
    return (
        f"Smaller tensors need no special kernels: this model {runs(point)}. "
        "Time falls less than multiplications, since every layer also costs a fixed time and kernels work on "
        "8 or 16 channels at once."
    )
