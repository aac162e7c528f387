"""An SVG picture inside the page, with its text colour and with tooltips; Streamlit's own HTML leaves SVG out."""

from __future__ import annotations

import streamlit as st

_component = st.components.v2.component(
    "compact_ai_lab_svg",
    html="<figure></figure>",
    css="figure { margin: 0 }",
    js="""export default ({ parentElement, data }) => {
        const figure = parentElement.querySelector("figure");
        if (figure.dataset.drawn !== data.svg) figure.innerHTML = figure.dataset.drawn = data.svg;
    }""",
    isolate_styles=False,
)


def inline_svg(svg: str, *, key: str) -> None:
    """``svg`` is our own text: whatever of it came from a user is escaped."""
    _component(key=key, data={"svg": svg})
