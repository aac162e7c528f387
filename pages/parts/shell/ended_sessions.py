"""Visits that ended, kept for a while: who loses the connection comes back to the page as it was.

Each holds an event loop, three open files. Streamlit keeps 128 of them and closes what it drops only when Python's
garbage collector happens to pass: a burst of visits used up all 256 files that macOS allows, and nobody got in again.
"""

from __future__ import annotations

import resource
import time

from streamlit.runtime import get_instance
from streamlit.runtime.session_manager import SessionInfo, SessionStorage

MOST = 128
SECONDS = 120.0

OTHERS = 128
"""Open files left to the page's files, the store, the engine's processes and the visitors who are there."""

EACH = 6
"""Open files that one kept visit may stand for: its own, and as many again for one who is there."""


class EndedSessions(SessionStorage):
    """At most ``most`` sessions, each for ``seconds``; what is let go is shut down at once. Of one thread only."""

    def __init__(self, *, most: int = MOST, seconds: float = SECONDS) -> None:
        self._most, self._seconds = most, seconds
        self._kept: dict[str, tuple[float, SessionInfo]] = {}

    def get(self, session_id: str) -> SessionInfo | None:
        self._let_go(self._most)
        kept = self._kept.get(session_id)
        return None if kept is None else kept[1]

    def save(self, session_info: SessionInfo) -> None:
        self._let_go(self._most - 1)
        self._kept[session_info.session.id] = (time.monotonic(), session_info)

    def delete(self, session_id: str) -> None:
        """Whoever deletes one goes on with it, or shuts it down."""
        self._kept.pop(session_id, None)

    def list(self) -> list[SessionInfo]:
        return [info for _, info in self._kept.values()]

    def _let_go(self, most: int) -> None:
        """The oldest beyond ``most``, and those whose time is over."""
        over = time.monotonic() - self._seconds
        for session_id, (since, info) in list(self._kept.items()):
            if since > over and len(self._kept) <= most:
                return
            del self._kept[session_id]
            info.session.shutdown()


def fitting(open_files: int) -> int:
    """How many ended visits a process may keep that may have so many files open."""
    if open_files == resource.RLIM_INFINITY:
        return MOST
    return max(1, min(MOST, (open_files - OTHERS) // EACH))


def keep_few(open_files: int) -> None:
    """Have the running server keep ended visits like this; Streamlit has no setting for it."""
    get_instance()._session_mgr._session_storage = EndedSessions(most=fitting(open_files))  # type: ignore[attr-defined]
