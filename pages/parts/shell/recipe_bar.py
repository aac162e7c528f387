"""The recipe bar: the chain's steps in their order, the one in the form marked; add, remove, bring forward or back.

All of it is buttons and one choice, so the keyboard does what the mouse does, which may drag a step besides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from compression.recipe import MAX_STEPS
from compression.techniques.step import Step
from pages.parts.faces import FACES
from pages.parts.form.asked import PLACE, ask_for, asked
from pages.parts.form.chain import Chain, Stand
from pages.parts.panels.this_point import this_point_door
from pages.parts.shell.chip_drag import listen_to_drags
from pages.techniques.face import Face

STYLE = """<style>
.st-key-recipe-bar{min-height:2.6rem}
.st-key-chip-drag-place{display:none}
.st-key-recipe-bar .st-key-chip{width:max-content!important;max-width:100%;overflow-x:auto}
</style>"""
SEVERAL = 2


def draw_bar(page: type[Step], model: str) -> None:
    """The bar; whatever it changes runs the whole page, whose form is then another."""
    chain = asked(page)
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="recipe-bar"):
        st.session_state[PLACE] = chain.at
        st.segmented_control(
            "Recipe, step by step",
            range(len(chain.stands)),
            format_func=lambda at: _chip(chain, at),
            key=PLACE,
            required=True,
            label_visibility="collapsed",
            on_change=_select,
            args=(page,),
            width="content",
        )
        if len(chain.stands) >= SEVERAL:
            _moves(page)
        _more(page)
        this_point_door(page, model)
        if chain.seed:
            st.button(
                f"Seed {chain.seed}", key="chip-seed", icon=":material/close:", on_click=_change,
                args=(page, partial(replace, seed=0)), help="Go back to seed 0, as all others have.",
            )  # fmt: skip


def drag_chips(page: type[Step]) -> None:
    """Have the chips of several steps be draggable; drawn at a page's end, where it takes no room."""
    if len(asked(page).stands) >= SEVERAL:
        listen_to_drags(partial(_change, page))


def _chip(chain: Chain, at: int) -> str:
    """The step in the form by its technique alone: the form beside says the rest, and changes with each move."""
    stand = chain.stands[at]
    number = f"{at + 1} " if len(chain.stands) >= SEVERAL else ""
    return f"{number}:material/{_face(stand).icon}: {stand.technique.label if at == chain.at else stand.words}"


def _moves(page: type[Step]) -> None:
    chain = asked(page)
    name = chain.selected.technique.label.lower()
    earlier, later = (partial(Chain.shifted, by=by) for by in (-1, 1))
    st.button(
        "Earlier", key="chip-earlier", type="tertiary", icon=":material/arrow_back:",
        disabled=chain.at == 0, on_click=_change, args=(page, earlier),
        help=f"Do the {name} before the step before it. A step can be dragged by the mouse, too.",
    )  # fmt: skip
    st.button(
        "Later", key="chip-later", type="tertiary", icon=":material/arrow_forward:",
        disabled=chain.at == len(chain.stands) - 1, on_click=_change, args=(page, later),
        help=f"Do the {name} after the step after it. A step can be dragged by the mouse, too.",
    )  # fmt: skip
    st.button(
        "Remove", key="chip-remove", type="tertiary", icon=":material/close:", on_click=_change,
        args=(page, Chain.removed), help=f"Take the {name} out of the recipe.",
    )  # fmt: skip


def _more(page: type[Step]) -> None:
    chain = asked(page)
    count = len(chain.stands)
    if count >= MAX_STEPS:
        st.caption(f"{MAX_STEPS} steps are the most.")
        return
    # Its key changes with each step, so that it is closed again when one was added.
    with st.popover("Add a step", icon=":material/add:", key=f"add-step-{count}-{chain.at}"):
        for name, face in FACES.items():
            st.button(
                face.step.label, key=f"add-{name}", icon=f":material/{face.icon}:", width="stretch",
                on_click=_change, args=(page, partial(Chain.added, technique=face.step)),
                help=face.step.summary, disabled=face.step.is_first and name in chain.techniques,
            )  # fmt: skip


def _change(page: type[Step], change: Callable[[Chain], Chain]) -> None:
    """Of the chain as it is then: the knobs have moved since the bar was drawn."""
    ask_for(change(asked(page)))


def _select(page: type[Step]) -> None:
    ask_for(asked(page).select(int(st.session_state[PLACE])))


def _face(stand: Stand) -> Face:
    return FACES[stand.technique.technique]
