"""The sparsity panel: zeros by layer, and why they make the file smaller but not the model faster here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.pruning.knobs import Prune
from pages.parts import data
from pages.parts.panels.common.asking import ask
from pages.parts.panels.common.pruned_layer import asked_for, is_of, plain
from pages.parts.panels.pruning.sparsity_words import (
    what_a_pattern_leaves,
    why_not_faster,
    why_smaller,
)

STYLE = """
.zeros{width:100%;font-size:.87rem;font-variant-numeric:tabular-nums;border-collapse:collapse}
.zeros td,.zeros th{padding:.22rem .5rem .22rem 0;text-align:right;font-weight:400;border:0}
.zeros th{opacity:.75}
.zeros td:first-child,.zeros th:first-child{text-align:left}
.zeros .bar{width:40%;min-width:5rem}
.zeros .bar div{position:relative;height:.7rem;border-radius:3px;
background:color-mix(in srgb,currentColor 85%,var(--st-background-color,Canvas));overflow:hidden}
.zeros .bar i{position:absolute;inset:0 auto 0 0;
background:color-mix(in srgb,currentColor 46%,var(--st-background-color,Canvas))}
.zeros tr:last-child td{border-top:1px solid color-mix(in srgb,currentColor 25%,transparent);font-weight:600}
@media(max-width:640px){.zeros .wide{display:none}}
"""


@dataclass(frozen=True)
class Row:
    """A layer's weights, how many of them are zero, and how often each is multiplied for one input."""

    name: str
    values: int
    zeros: int
    macs_each: int

    @property
    def left(self) -> int:
        return self.values - self.zeros


def sparsity(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A bar for each layer; then words with the measured figures of this point."""
    said = st.empty()
    asked = {**asked_for(plain(recipe, "sparsity")), "layer": ""}
    answer = ask("weight_ranking", asked, slot="sparsity", settled=settled, said=said)
    if answer is None:
        return
    step = recipe.steps[-1]
    assert isinstance(step, Prune)
    measured = _measured(point, answer) if is_of(point, recipe) else None
    rows = measured or _foreseen(answer, step)
    st.html(f"<style>{STYLE}</style>{_table(rows)}")
    st.caption(
        "As counted in the measured model. Pale is zero, strong is left; multiplications are those for one input that "
        "a kernel which skips zeros would be left with."
        if measured
        else "Foreseen by the ranking, until it is measured."
    )
    if step.pattern != "free":
        st.caption(what_a_pattern_leaves(step.pattern))
    if point is not None and measured and known.original is not None:
        st.markdown(why_smaller(point, known.original))
        all_macs = sum(row.values * row.macs_each for row in rows)
        left = sum(row.left * row.macs_each for row in rows)
        st.markdown(why_not_faster(point, all_macs, left))


def _measured(point: Point | None, answer: Mapping[str, Any]) -> list[Row] | None:
    tensors = {tensor.name: tensor for tensor in point.layers} if point else {}
    if any(layer["name"] not in tensors for layer in answer["layers"]):
        return None
    return [
        Row(_named(layer), tensor.values, tensor.values - tensor.nonzero, layer["macs_each"])
        for layer in answer["layers"]
        if (tensor := tensors[layer["name"]])
    ]


def _foreseen(answer: Mapping[str, Any], step: Prune) -> list[Row]:
    levels = answer["levels"]
    place = min(range(len(levels)), key=lambda at: abs(levels[at] - step.sparsity))
    return [
        Row(_named(layer), layer["values"], layer["gone"][place], layer["macs_each"])
        for layer in answer["layers"]
    ]


def _named(layer: Mapping[str, Any]) -> str:
    name: str = layer["name"]
    return name.removesuffix(".weight")


def _table(rows: Sequence[Row]) -> str:
    head = (
        "<tr><th>Layer</th><th></th><th>Zeros</th><th class=wide>Weights</th><th>Left</th>"
        "<th class=wide>Multiplications left</th></tr>"
    )
    whole = Row("All", sum(r.values for r in rows), sum(r.zeros for r in rows), 0)
    macs = sum(row.left * row.macs_each for row in rows)
    body = [_row(row, row.left * row.macs_each) for row in rows]
    return f"<table class=zeros>{head}{''.join(body)}{_row(whole, macs)}</table>"


def _row(row: Row, macs: int) -> str:
    share = row.zeros / max(row.values, 1)
    bar = f'<div><i style="width:{100 * share:.1f}%"></i></div>'
    return (
        f"<tr><td>{escape(row.name)}</td><td class=bar>{bar}</td><td>{100 * share:.0f} %</td>"
        f"<td class=wide>{row.values:,}</td><td>{row.left:,}</td><td class=wide>{macs:,}</td></tr>"
    )
