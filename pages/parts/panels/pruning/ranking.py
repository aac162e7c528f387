"""The ranking panel: which weights are worth least, where the cut falls, and what another score would say."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.pruning.knobs import Prune
from pages.parts import data
from pages.parts.panels.common import picture
from pages.parts.panels.common.asking import ask
from pages.parts.panels.common.pruned_layer import (
    NONE,
    asked_for,
    choose_against,
    choose_layer,
    chosen_layer,
    plain,
    set_layer,
)

STEPWISE = (
    "This ranks the weights as they were trained. With *in steps*, from {start:.0f} % on they are ranked anew "
    "on the way, once the others have made up for those that went; the finished model is in *Weights*."
)

TOGETHER = (
    "Of this ranking, *joint* takes how many weights of each channel stay; which of them, it decides together with "
    "their values: the finished model is in *Weights*."
)


def ranking(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Draw the panel for the layer and the comparison that the user chose."""
    step = recipe.steps[-1]
    assert isinstance(step, Prune)
    choosers = st.columns(2)
    said = st.empty()
    usual = plain(recipe, "sparsity")
    asked = {**asked_for(usual), "layer": chosen_layer(recipe.model)}
    answer = ask("weight_ranking", asked, slot="weight_ranking", settled=settled, said=said)
    if answer is None:
        return
    names = [layer["name"] for layer in answer["layers"]]
    choose_layer(choosers[0], recipe.model, names, answer["layer"])
    scores = get_args(Prune.model_fields["score"].annotation)
    against = choose_against(choosers[1], "ranking-against", scores, step.score)
    picture.draw(
        "ranking", key="ranking-picture", knob="sparsity", at=step.sparsity,
        parts={"main": (f"ranking {answer['of']}", answer)},
        on_layer=lambda name: set_layer(recipe.model, name) if name in names else None,
    )  # fmt: skip
    if against != NONE:
        _compare(recipe, usual, against, settled)
    if step.is_joint:
        st.caption(TOGETHER)
    if answer["anew_from"] is not None:
        st.caption(STEPWISE.format(start=100 * answer["anew_from"]))


def _compare(recipe: Recipe, usual: Recipe, against: str, settled: bool) -> None:
    said = st.empty()
    asked = {**asked_for(usual), "against": against}
    answer = ask("rankings_compared", asked, slot="rankings_compared", settled=settled, said=said)
    if answer is None:
        return
    step = recipe.steps[-1]
    assert isinstance(step, Prune)
    picture.draw(
        "comparison", key="comparison-picture", knob="sparsity", at=step.sparsity,
        parts={"main": (f"comparison {answer['of']}", answer)},
    )  # fmt: skip
