"""What a page says after it was left is not answered.

A browser that is told to open another page still sends what a part of the old one has to say: a selection that has
settled, a look whether a point is there. Streamlit would run that fragment for the page before, and the browser would
take its answer for a move back, throw the new page away, and find no place for the answer ("Bad delta path").
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession

from pages.parts.shell.wrapped_once import wrap_once

log = logging.getLogger(__name__)


def answer_no_left_page() -> None:
    """Have the server's sessions do so; Streamlit has no setting for it."""
    wrap_once(AppSession, "request_rerun", "left pages", _unless_left)


def _unless_left(request_rerun: Callable[..., None]) -> Callable[..., None]:
    def unless_left(self: AppSession, client_state: ClientState | None) -> None:
        if client_state is not None and _is_left(self, client_state):
            log.debug("The page %s was left: it gets no answer.", client_state.page_script_hash)
            return
        request_rerun(self, client_state)
        if client_state is not None and client_state.page_script_hash:
            # From now on, not only from the start of its run, which comes a moment later.
            self._client_state.page_script_hash = client_state.page_script_hash

    return unless_left


def _is_left(session: AppSession, asked: ClientState) -> bool:
    """Whether a part of a page asks that isn't the session's page any more.

    Until the first run has named its page, both hold the main script's hash, which is none of the pages, or nothing.
    """
    here, there = session._client_state.page_script_hash, asked.page_script_hash
    return (
        bool(asked.fragment_id)
        and here != there
        and {here, there} <= session._pages_manager.get_pages().keys()
    )
