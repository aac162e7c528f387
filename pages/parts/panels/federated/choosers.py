"""The chooser of who has what: people are clients only where a data set says who recorded what."""

from __future__ import annotations

import streamlit as st

from compression.models.catalogue import model_card
from compression.techniques.federated.knobs import Federate
from pages.parts.form.glossary import named
from pages.parts.form.knobs import keep, set_knobs, stand


def choose_split(model: str) -> None:
    """All ways where the data say whose they are; without people elsewhere, even where a link names them."""
    (knob,) = (knob for knob in Federate.knobs() if knob.name == "split")
    has_people = model_card(model).data.has_people
    offered = [choice for choice in knob.choices if has_people or choice != "people"]
    if stand(Federate)["split"] not in offered:
        set_knobs({"split": knob.default})
    st.selectbox(
        knob.label, offered, key="split", on_change=keep, args=("split",), help=knob.help,
        format_func=lambda choice: named(Federate, knob, choice),
    )  # fmt: skip
