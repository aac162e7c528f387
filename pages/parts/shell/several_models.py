"""Other models of the same task on the same axes: kept in the address, each with a front of its own."""

from __future__ import annotations

import streamlit as st

from compression.models.catalogue import MODELS, model_card

WITH = "with"
"""Its part of the address."""

MOST = 4


def choose_beside(model: str) -> list[str]:
    """Models of the same data set, none at first."""
    card = model_card(model)
    offered = [c.id for c in MODELS.values() if c.dataset == card.dataset and c.id != model]
    if not offered:
        return []
    return st.multiselect(
        "Beside it",
        offered,
        format_func=lambda name: model_card(name).title,
        key=WITH,
        bind="query-params",
        placeholder="other models of this task",
        max_selections=MOST,
        help="Their points are drawn on the same axes, each model with a front of its own; losses are counted from "
        f"{card.title}. They may be recommended too.",
    )
