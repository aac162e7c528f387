"""The question every page starts with: which data set, which model."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from compression.models.catalogue import MODELS, ModelCard, model_card
from datasets import DATASETS
from pages.parts.form.asked import is_another_page, is_going_back

FIRST = "fashion-mnist/resnet8"


def choose_model(fits: Callable[[ModelCard], bool] = lambda model: True) -> str:
    """Two selectors, data set then model; the choice stands in the URL and goes from page to page.

    Only models that fit are offered: where the one of the URL doesn't, the first that does is shown, and that is told.
    The URL holds the model's id: a widget bound to it would write the title that it shows.
    """
    _start_from(st.query_params.get("model") or _first_in(st.query_params.get("data")))
    offered = [card for card in MODELS.values() if fits(card)]
    _leave_unfit(offered)
    with st.container(key="question"):
        data_column, model_column = st.columns(2)
    with data_column:
        dataset = st.selectbox(
            "Data set",
            [name for name in DATASETS if any(card.dataset == name for card in offered)],
            format_func=lambda name: DATASETS[name].title,
            key="data",
            label_visibility="collapsed",
            persist_state="session",
            on_change=_first_of_data_set,
            args=(offered,),
        )
    with model_column:
        model = st.selectbox(
            "Model",
            [card.id for card in offered if card.dataset == dataset],
            format_func=lambda name: model_card(name).title,
            key="model",
            label_visibility="collapsed",
            persist_state="session",
        )
    if st.query_params.get("model") != model:
        st.query_params["model"] = model
    st.session_state["_model"] = model
    return model


def _start_from(asked: str | None) -> None:
    """Take the model of the URL when it is new to this session or gone back to, else the one chosen before.

    The selectors are set anew on each page: what Streamlit keeps of them there may be another model's place in a list.
    """
    is_news = asked != st.session_state.get("_asked") or is_going_back()
    is_elsewhere = is_another_page()
    if asked in MODELS and (is_news or is_elsewhere):
        model = asked
    elif "model" in st.session_state and not is_elsewhere:
        return
    else:
        model = st.session_state.get("_model", FIRST)
    st.session_state["_asked"] = asked
    st.session_state["data"] = model_card(model).dataset
    st.session_state["model"] = model


def _leave_unfit(offered: list[ModelCard]) -> None:
    """Take a model that is offered, of the same data set where there is one."""
    asked = model_card(st.session_state["model"])
    if asked in offered:
        return
    card = next((card for card in offered if card.dataset == asked.dataset), offered[0])
    st.session_state["data"], st.session_state["model"] = card.dataset, card.id
    st.toast(
        f"This can't be done to {asked.title}: the page shows {card.title} on {card.data.title}."
    )


def _first_of_data_set(offered: list[ModelCard]) -> None:
    dataset = st.session_state["data"]
    st.session_state["model"] = next(card.id for card in offered if card.dataset == dataset)


def _first_in(dataset: str | None) -> str | None:
    """A link may name the data set alone."""
    return next(iter(_models_of(dataset)), None) if dataset in DATASETS else None


def _models_of(dataset: str) -> list[str]:
    return [card.id for card in MODELS.values() if card.dataset == dataset]
