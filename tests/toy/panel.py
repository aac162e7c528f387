"""The toy panel: a table of the question's answer."""

from __future__ import annotations

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common.asking import ask


def distinct_values(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    said = st.empty()
    asked = {"model": recipe.model, "recipe": recipe.model_dump()}
    layers = ask("distinct_values", asked, slot="distinct", settled=settled, said=said)
    if layers:
        said.caption("Different numbers among each layer's weights")
        st.dataframe([{"Layer": name, "Values": n} for name, n in layers.items()], hide_index=True)
