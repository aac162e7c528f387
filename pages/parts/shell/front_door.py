"""The home page below its title, and links of before it was there. What needs more is imported when it is drawn."""

from __future__ import annotations

import streamlit as st

from pages.parts.faces import FACES
from pages.parts.shell.navigation import page_of

ANSWER = (
    "How small can a neural network get, and what does it cost? Turn a knob, and see what each saving in size, time "
    "and energy takes from accuracy: measured on this machine, on real data, within a second."
)
STREAMLITS_OWN = ("embed", "embed_options")


def open_old_link() -> None:
    """The first address was the quantization page's once: a link that asks for something there still gets it."""
    asked = {name: value for name, value in st.query_params.items() if name not in STREAMLITS_OWN}
    if asked:
        st.switch_page(page_of(FACES["quantize"]), query_params=asked)


def draw_home() -> None:
    """Imported here, so that the title is on the screen before the first visitor's imports."""
    from pages.parts.shell.home import home

    home()
