"""A knob's move runs the answer alone, from the first.

A widget that stands outside of a fragment runs the whole page. Its callback can say that a fragment is enough, but only
in a run: the browser is told of two, and sets the whole page up twice. So the server looks which widgets have moved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession, AppSessionState

from pages.parts.shell.named_fragment import HAS_KEYS
from pages.parts.shell.wrapped_once import wrap_once

_NAMES, _FRAGMENT = "_quick_names", "_quick_fragment"
_stands: WeakKeyDictionary[AppSession, Mapping[str, bytes]] = WeakKeyDictionary()


def expect_moves(names: Collection[str], fragment: str) -> None:
    """In a page's run: the widgets of these keys move that fragment alone, unless their callbacks say otherwise."""
    st.session_state[_NAMES], st.session_state[_FRAGMENT] = frozenset(names), fragment


def answer_moves_at_once() -> None:
    """Have the server's sessions do so; Streamlit has no setting for it."""
    if HAS_KEYS:
        wrap_once(AppSession, "request_rerun", "quick moves", _to_fragment)


def _to_fragment(request_rerun: Callable[..., None]) -> Callable[..., None]:
    def to_fragment(self: AppSession, client_state: ClientState | None) -> None:
        if client_state is not None and (fragment := _fragment_of(self, client_state)):
            client_state.fragment_id = fragment
        request_rerun(self, client_state)

    return to_fragment


def _fragment_of(session: AppSession, asked: ClientState) -> str | None:
    """The fragment that is enough for what has moved; None if it isn't, or isn't known to be.

    While the script runs, a whole page's run stops it, and a fragment's would wait for its end.
    """
    moved = _moved(session, asked)
    if asked.fragment_id or not moved or session._state != AppSessionState.APP_NOT_RUNNING:
        return None
    if asked.page_script_hash != session._client_state.page_script_hash:
        return None
    state = session.session_state
    if _NAMES not in state or not all(key in state[_NAMES] for key in map(_key, moved)):
        return None
    try:
        (fragment,) = session._fragment_storage.resolve_target(state[_FRAGMENT])
    except (StreamlitAPIException, ValueError):  # none of that name, or several
        return None
    return fragment


def _moved(session: AppSession, asked: ClientState) -> list[str]:
    """The widgets that stand otherwise than when this visit asked last; all of them at first."""
    stands = {widget.id: widget.SerializeToString() for widget in asked.widget_states.widgets}
    before = _stands.get(session, {})
    _stands[session] = stands
    return [name for name, value in stands.items() if before.get(name) != value]


def _key(widget: str) -> str:
    """The key that a script gave a widget, from the end of its id: ``$$ID-<hash>-<key>``."""
    return widget.split("-", 2)[-1]
