"""Ways to the page that shows a recipe in its form: a link, an address, a jump."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from compression.recipe import Recipe
from pages.parts.faces import FACES
from pages.parts.form import chain_link
from pages.parts.form.chain import Chain
from pages.techniques.face import Face


def address_of(recipe: Recipe) -> tuple[Face, dict[str, str]]:
    """The page that has a recipe's last step in its form, and what its address asks for."""
    face = FACES[recipe.steps[-1].technique]
    parts = chain_link.written(Chain.of(recipe, face.step), face.step)
    return face, {"model": recipe.model, **parts}


def link_to(recipe: Recipe) -> None:
    """A link to the page of its last step, with the whole recipe."""
    face, parts = address_of(recipe)
    st.page_link(
        page_showing(face),
        label=f"Open on the {face.step.label.lower()} page",
        icon=":material/open_in_new:",
        query_params={**parts, chain_link.PAGE: face.address},
    )


def whole_address(recipe: Recipe) -> str:
    """For mails and reports: as this visitor's browser finds the page."""
    face, parts = address_of(recipe)
    return f"{site_of(st.context.url or '')}/{face.address}?{urlencode(parts)}"


def site_of(url: str) -> str:
    """What comes before a page's address. Streamlit cuts that off and puts it back, and takes ``channel-pruning`` for
    ``pruning`` below ``channel-``."""
    site, _, page = url.rpartition("/")
    above, _, last = site.rpartition("/")
    is_cut = bool(last) and page.startswith(last)
    return above if is_cut and page.removeprefix(last) in _addresses() else site


def _addresses() -> set[str]:
    return {face.address for face in FACES.values()}


def go_to(chain: Chain) -> NoReturn:
    """To the page of the step in the chain's form, with the whole chain and the model."""
    face = FACES[chain.selected.technique.technique]
    parts = {**chain_link.written(chain, face.step), chain_link.PAGE: face.address}
    if model := st.query_params.get("model"):
        parts["model"] = model
    st.switch_page(page_showing(face), query_params=parts)


def page_showing(face: Face) -> st.Page:
    """Streamlit knows a page by its address: the navigation has said what runs there."""
    return st.Page(page_showing, title=face.step.label, url_path=face.address)  # type: ignore[arg-type]
