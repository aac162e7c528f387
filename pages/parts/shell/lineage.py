"""Where a model comes from, and what was done to it step by step, each with its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pkgutil import resolve_name

import streamlit as st

from compression.models.catalogue import model_card
from compression.point import Point, headline_of
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.faces import FACES

STYLE = """
.lab-lineage{display:flex;flex-wrap:wrap;gap:.15rem .5rem;list-style:none;
 margin:.1rem 0 .3rem!important;padding:0!important;font-size:.85rem}
.lab-lineage li{padding:0!important;margin:0!important;display:inline-flex;gap:.4rem}
.lab-lineage li+li::before{content:"→";opacity:.6;margin-right:.1rem}
.lab-lineage b{font-weight:600}
.lab-lineage span{opacity:.8;font-variant-numeric:tabular-nums}
"""


@dataclass(frozen=True)
class Ancestor:
    """One model on the way: what made it, and what is known of it."""

    label: str
    point: Point | None
    is_model: bool = True
    """Else only words stand in a model's place."""

    @property
    def figures(self) -> str:
        """``81.9 %, 6.9 kB``, or that nothing is known; empty where there is no model."""
        if not self.is_model:
            return ""
        if self.point is None:
            return "not measured"
        shown = headline_of(self.point.recipe.model)[:2]
        return ", ".join(self.point.text(metric.field) for metric in shown)


Beginning = Callable[[Recipe, data.Known], list[Ancestor]]


def stages(recipe: Recipe, known: data.Known) -> list[Ancestor]:
    """From the first model to this one; the first step's face says where it begins."""
    beginning = FACES[recipe.steps[0].technique].lineage if recipe.steps else ""
    begin: Beginning = resolve_name(beginning) if beginning else from_model
    made = []
    for count, step in enumerate(recipe.steps, start=1):
        so_far = recipe.model_copy(update={"steps": recipe.steps[:count]})
        made.append(Ancestor(step.describe(), known.by_key.get(so_far.key)))
    return [*begin(recipe, known), *made]


def from_model(recipe: Recipe, known: data.Known) -> list[Ancestor]:
    """The recipe's own model, as it was before all steps."""
    return [Ancestor(model_card(recipe.model).title, known.original)]


def draw_lineage(recipe: Recipe, known: data.Known) -> None:
    """The stages in a row, an arrow between each two."""
    items = "".join(_item(stage) for stage in stages(recipe, known))
    st.html(f'<ol class="lab-lineage" aria-label="Where this model comes from">{items}</ol>')


def _item(stage: Ancestor) -> str:
    figures = f"<span>{escape(stage.figures)}</span>" if stage.figures else ""
    label = escape(stage.label)
    return f'<li><b title="{label}">{label}</b>{figures}</li>'
