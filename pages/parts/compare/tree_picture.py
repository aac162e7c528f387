"""The tree of recipes in the browser: boxes that are picked by click or key, and marked together with the plots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from compression.compare.tree import Node
from compression.point import headline_of
from pages.parts.plots.signs import signs
from pages.parts.shell import words
from pages.parts.shell.serving import asset_url

_component = st.components.v2.component(
    "compact_ai_lab_tree",
    js="export default async (c) => (await import(new URL(c.data.code, document.baseURI))).default(c)",
    isolate_styles=False,
)


def draw_tree(
    nodes: Sequence[Node], *, current: str, selected: Sequence[str], on_pick: Callable[[str], None]
) -> None:
    """``current`` is the key of the picked one, ``selected`` are those that a box in the plots holds."""

    def picked() -> None:
        key = st.session_state["tree"].get("picked")
        if isinstance(key, str):
            on_pick(key)

    _component(
        key="tree",
        data={
            "code": asset_url("panels/compare/tree.js"),
            "nodes": [_message(node) for node in nodes],
            "signs": {name: asdict(sign) for name, sign in signs().items()},
            "dark": st.context.theme.type == "dark",
            "current": current,
            "selected": list(selected),
        },
        on_picked_change=picked,
    )


def _message(node: Node) -> dict[str, Any]:
    figures = _figures(node)
    more = f"; {node.hidden} more" if node.hidden else ""
    return {
        "key": node.recipe.key,
        "label": node.label,
        "figures": f"{figures}{more}",
        "title": f"{words.named(node.recipe)}: {figures}{f', {node.hidden} more follow it' if node.hidden else ''}",
        "technique": node.recipe.steps[-1].technique if node.recipe.steps else "original",
        "depth": node.depth,
        "parent": node.parent,
        "known": node.point is not None,
    }


def _figures(node: Node) -> str:
    if node.point is None:
        return "not measured"
    shown = headline_of(node.recipe.model)[:2]
    return ", ".join(node.point.text(metric.field) for metric in shown)
