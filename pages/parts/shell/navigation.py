"""A technique's page under its face's address, for the navigation and for links."""

from __future__ import annotations

from functools import partial
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from compression.recipe import Recipe
from pages.parts.faces import FACES
from pages.parts.form import chain_link
from pages.parts.form.chain import Chain
from pages.techniques.face import Face


def page_of(face: Face) -> st.Page:
    """The page that Streamlit knows by the face's address."""
    return st.Page(
        partial(_open, face),
        title=face.step.label,
        icon=f":material/{face.icon}:",
        url_path=face.address,
    )


def address_of(recipe: Recipe) -> tuple[Face, dict[str, str]]:
    """The page that has a recipe's last step in its form, and what its address asks for."""
    face = FACES[recipe.steps[-1].technique]
    parts = chain_link.written(Chain.of(recipe, face.step), face.step)
    return face, {"model": recipe.model, **parts}


def link_to(recipe: Recipe) -> None:
    """A link to the page of its last step, with the whole recipe."""
    face, parts = address_of(recipe)
    st.page_link(
        page_of(face),
        label=f"Open {recipe.describe()} on the {face.step.label.lower()} page",
        icon=":material/open_in_new:",
        query_params=parts,
    )


def whole_address(recipe: Recipe) -> str:
    """For mails and reports: as this visitor's browser finds the page."""
    face, parts = address_of(recipe)
    here = st.context.url or ""
    return f"{here.rpartition('/')[0]}/{face.address}?{urlencode(parts)}"


def go_to(chain: Chain) -> NoReturn:
    """To the page of the step in the chain's form, with the whole chain; the model goes along."""
    face = FACES[chain.selected.technique.technique]
    st.switch_page(page_of(face), query_params=chain_link.written(chain, face.step))


def _open(face: Face) -> None:
    """Imported here, half a second's work: title and navigation are on the screen before it."""
    from pages.parts.shell.technique_page import technique_page

    technique_page(face)
