"""Where a model comes from: teacher, student, and what was done to it afterwards, each with its figures."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from compression.models.catalogue import MODELS
from compression.point import Point, headline_of
from compression.recipe import Recipe
from compression.techniques.distillation.knobs import Distill
from pages.parts import data
from pages.parts.shell.distillation import teacher_models

STYLE = """
.lab-lineage{display:flex;flex-wrap:wrap;gap:.15rem .5rem;list-style:none;
 margin:.1rem 0 .3rem!important;padding:0!important;font-size:.85rem}
.lab-lineage li{padding:0!important;margin:0!important;display:inline-flex;gap:.4rem}
.lab-lineage li+li::before{content:"→";opacity:.6;margin-right:.1rem}
.lab-lineage b{font-weight:600}
.lab-lineage span{opacity:.8;font-variant-numeric:tabular-nums}
"""


@dataclass(frozen=True)
class Stage:
    """One model on the way: what made it, and what is known of it."""

    label: str
    point: Point | None

    @property
    def figures(self) -> str:
        """``81.9 %, 6.9 kB``, or that nothing is known."""
        if self.point is None:
            return "not measured"
        shown = headline_of(self.point.recipe.model)[:2]
        return ", ".join(metric.text(self.point.value(metric.field)) for metric in shown)


def stages(recipe: Recipe, known: data.Known) -> list[Stage]:
    """From the first model to this one; a distillation begins with its teachers instead of the model."""
    found: list[Stage] = []
    for count, step in enumerate(recipe.steps, start=1):
        so_far = recipe.model_copy(update={"steps": recipe.steps[:count]})
        found.append(Stage(step.describe(), known.by_key.get(so_far.key)))
    first = recipe.steps[0] if recipe.steps else None
    if not isinstance(first, Distill):
        return [Stage(MODELS[recipe.model].title, known.original), *found]
    if not first.teachers:
        return [Stage("no teacher", None), *found]
    return [
        *(_teacher(name, recipe, known) for name in teacher_models(recipe.model, first)),
        *found,
    ]


def draw_lineage(recipe: Recipe, known: data.Known) -> None:
    """The stages in a row, an arrow between each two."""
    items = "".join(_item(stage) for stage in stages(recipe, known))
    st.html(
        f'<style>{STYLE}</style><ol class="lab-lineage" aria-label="Where this model comes from">{items}</ol>'
    )


def _teacher(name: str, recipe: Recipe, known: data.Known) -> Stage:
    there = known if name == recipe.model else data.known_or_bundled(name)
    return Stage(MODELS[name].title, there.original)


def _item(stage: Stage) -> str:
    figures = "" if stage.label == "no teacher" else f"<span>{escape(stage.figures)}</span>"
    return f"<li><b>{escape(stage.label)}</b>{figures}</li>"
