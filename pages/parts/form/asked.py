"""The chain that this session asks for: taken from a page's address when it is opened, kept there while it changes."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from compression.techniques.step import Step
from pages.parts.form import chain_link
from pages.parts.form.chain import Chain

ASKED, PAGE, MODEL, OPENED = "_chain", "_chain_page", "_chain_model", "_chains_opened"
SEEN = "_page_seen"
PLACE = "chip"
"""The bar's own widget: Streamlit forgets it when another page is shown, and so tells a page that is opened."""


def open_page(page: type[Step]) -> list[str] | None:
    """Take the chain of the address where a page is opened, or gone back to; what of it can't be, else None."""
    is_opened = PLACE not in st.session_state or st.session_state.get(PAGE) != page.technique
    if not is_opened and ASKED in st.session_state and not is_going_back():
        return None
    st.session_state[PAGE] = page.technique
    return _take(page)


def asked(page: type[Step]) -> Chain:
    """The chain now; on a page that nobody has opened, that of its address."""
    if ASKED not in st.session_state:
        _take(page)
    chain: Chain = st.session_state[ASKED]
    return chain


def ask_for(chain: Chain) -> None:
    """Another chain; only in a callback, before the widgets of a run are drawn."""
    st.session_state[ASKED] = chain


def forget_other_models(model: str, page: type[Step]) -> None:
    """Bits or widths by layer mean something for one model only."""
    chain = asked(page)
    if st.session_state.setdefault(MODEL, model) != model:
        st.session_state[MODEL] = model
        ask_for(chain.for_another_model())


def opened() -> int:
    """How many times this session has taken its chain from an address."""
    return int(st.session_state.get(OPENED, 0))


def write(page: type[Step], here: str) -> None:
    """Keep the chain in the address. The browser makes history of it only where steps change: `plots/history.js`.

    ``here`` is the page's own address. Where a jump has named it, that stays: what is written before the browser has
    left the page before would else stand in the address of that one. The browser shows the name to nobody.
    """
    wanted = chain_link.written(asked(page), page)
    now = st.query_params
    if news := {name: text for name, text in wanted.items() if now.get(name) != text}:
        now.update(news)
    kept = {chain_link.PAGE} if now.get(chain_link.PAGE) == here else set()
    for name in chain_link.own_names() & set(now) - set(wanted) - kept:
        del now[name]


def is_going_back() -> bool:
    """Whether this run follows the browser's Back or Forward: the address then has the last word."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def is_another_page() -> bool:
    """Whether the run before this one was of another page; asked once a run."""
    now = getattr(get_script_run_ctx(), "page_script_hash", "")
    before = st.session_state.get(SEEN)
    st.session_state[SEEN] = now
    return bool(before != now)


def _take(page: type[Step]) -> list[str]:
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    st.session_state[ASKED], wrong = chain_link.read(params, page)
    st.session_state[OPENED] = opened() + 1
    st.session_state.pop(MODEL, None)
    return wrong
