"""A small builder of links that open a technique's page as a lesson needs it: some knobs fixed, some hidden."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.recipe import Recipe
from pages.parts.faces import FACES
from pages.parts.form.teaching import FIX, HIDE, PAGES
from pages.parts.shell.opening import address_of

WHAT = "**Prepare a page.** The link opens the lab with its knobs set; some stay fixed, some are out of sight."


def teachers_link() -> None:
    st.markdown(WHAT)
    face = FACES[
        st.selectbox(
            "Page", list(FACES), key="link-page", format_func=lambda n: FACES[n].step.label
        )
    ]
    knobs = {knob.name: knob.label for knob in face.step.knobs() if knob.form}
    fitting = [model for model in MODELS if not face.step.unfit(model_card(model))]
    with st.expander("What it fixes, hides and shows"):
        model = st.selectbox(
            "Model", fitting, key="link-model", format_func=lambda m: model_card(m).title
        )
        name = next(iter(knobs))
        setting = st.text_input(
            "Settings",
            key="link-set",
            max_chars=200,
            placeholder=f"{name}=..., as on the command line",
        )
        fixed = st.multiselect(
            "Fixed knobs", list(knobs), key="link-fix", format_func=knobs.__getitem__
        )
        hidden = st.multiselect(
            "Hidden knobs", list(knobs), key="link-hide", format_func=knobs.__getitem__
        )
        pages = st.multiselect(
            "Pages in the navigation", [f.address for f in FACES.values()], key="link-pages",
            help="None chosen: all pages are shown.",
        )  # fmt: skip
    try:
        st.code(
            link(face.name, model, setting, fixed, hidden, pages), language=None, wrap_lines=True
        )
    except UsageError as error:
        st.warning(str(error), icon=":material/block:")


def link(
    technique: str, model: str, setting: str, fixed: list[str], hidden: list[str], pages: list[str]
) -> str:
    """The address, whole; UsageError where the settings can't be."""
    recipe = Recipe.build(
        model, [f"{technique}:{setting.strip()}" if setting.strip() else technique]
    )
    face, parts = address_of(recipe)
    more = {FIX: fixed, HIDE: hidden, PAGES: pages}
    parts |= {name: ",".join(names) for name, names in more.items() if names}
    here = (st.context.url or "").rpartition("/")[0]
    return f"{here}/{face.address}?{urlencode(parts, safe=',')}"
