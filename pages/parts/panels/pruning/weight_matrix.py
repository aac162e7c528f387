"""The weights panel of pruning: a layer's weights as a picture, empty where they went."""

from __future__ import annotations

from typing import Any

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.pruning.knobs import Prune
from pages.parts import data
from pages.parts.panels.common import picture
from pages.parts.panels.common.asking import ask
from pages.parts.panels.common.pruned_layer import (
    asked_for,
    choose_layer,
    chosen_layer,
    is_of,
    plain,
)


def weight_matrix(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Before and after, side by side: the zeros at once, what repair made of the others when it is measured."""
    step = recipe.steps[-1]
    assert isinstance(step, Prune)
    chooser, said = st.columns(2)[0], st.empty()
    asked = {**asked_for(plain(recipe, "sparsity")), "layer": chosen_layer(recipe.model)}
    answer = ask("weight_matrix", asked, slot="weight_matrix", settled=settled, said=said)
    if answer is None:
        return
    choose_layer(chooser, recipe.model, answer["layers"], answer["layer"])
    picture_place, said = st.container(), st.empty()
    parts: dict[str, picture.Part] = {"main": (f"matrix {answer['of']}", answer)}
    repaired = _repaired(recipe, point, answer["layer"], settled, said)
    if repaired is not None:
        parts["repaired"] = (f"repaired {repaired['of']}", repaired)
    with picture_place:
        picture.draw(
            "matrix", key="matrix-picture", knob="sparsity", at=step.sparsity, parts=parts,
            measured=None if repaired is None else {"at": step.sparsity},
        )  # fmt: skip


def _repaired(
    recipe: Recipe, point: Point | None, layer: str, settled: bool, said: Any
) -> dict[str, Any] | None:
    """The finished model's weights, once there is one for these knobs."""
    if not settled or not is_of(point, recipe):
        return None
    done = recipe.untrained
    asked = {**asked_for(done), "layer": layer}
    answer = ask("pruned_matrix", asked, slot="pruned_matrix", settled=True, said=said)
    is_this = answer is not None and answer["of"] == f"{done.key} {layer}"
    return answer if is_this else None
