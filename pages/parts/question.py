"""The question every page starts with: which data set, which model."""

from __future__ import annotations

import streamlit as st

from compression.models.catalogue import MODELS
from datasets import DATASETS

FIRST = "fashion-mnist/resnet8"


def choose_model() -> str:
    """Two selectors, data set then model, kept in the URL and carried from page to page."""
    _carry_over()
    data_column, model_column = st.columns(2)
    with data_column:
        dataset = st.selectbox(
            "Data set",
            list(DATASETS),
            format_func=lambda name: DATASETS[name].title,
            key="data",
            bind="query-params",
        )
    offered = [card.id for card in MODELS.values() if card.dataset == dataset]
    with model_column:
        model = st.selectbox(
            "Model",
            offered,
            index=offered.index(FIRST) if FIRST in offered else 0,
            format_func=lambda name: MODELS[name].title,
            key="model",
            bind="query-params",
        )
    st.session_state["_chosen"] = (dataset, model)
    return model


def _carry_over() -> None:
    """A page without a choice in its address goes on with the one made on the page before."""
    if "_chosen" not in st.session_state or {"data", "model"} & set(st.query_params):
        return
    dataset, model = st.session_state["_chosen"]
    if "data" not in st.session_state and "model" not in st.session_state:
        st.session_state["data"], st.session_state["model"] = dataset, model
