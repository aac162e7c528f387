"""A fragment's answer is sent as one, if it is there in a moment.

Streamlit sends each message as it comes. A browser that gets the beginning of a run first draws the whole page for it,
while the rest, which came a few milliseconds later, waits: two drawings and two frames where one would do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession

from pages.parts.shell.wrapped_once import wrap_once

MOMENT_SECONDS = 0.03
"""A known point's answer takes 10 to 15 ms; whoever waits for a measurement reads after this moment that it goes on."""

_since: WeakKeyDictionary[AppSession, float] = WeakKeyDictionary()


def send_together() -> None:
    """Have the server's sessions do so; Streamlit has no setting for it."""
    wrap_once(AppSession, "flush_browser_queue", "sent together", _when_whole)


def _when_whole(flush: Callable[..., list[ForwardMsg]]) -> Callable[..., list[ForwardMsg]]:
    def when_whole(self: AppSession) -> list[ForwardMsg]:
        if _goes_on(self._browser_queue._queue) and _is_young(self):
            return []
        _since.pop(self, None)
        return flush(self)

    return when_whole


def _goes_on(messages: list[ForwardMsg]) -> bool:
    """Whether a fragment's run has begun in these messages, and nothing is said of its end."""
    begun = False
    for message in messages:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            begun = bool(message.metadata.run.fragment_ids)
        elif (
            kind == "session_status_changed"
            and not message.session_status_changed.script_is_running
        ):
            begun = False
    return begun


def _is_young(session: AppSession) -> bool:
    """Whether the moment isn't over; whoever asks first has the rest sent when it is."""
    now = time.monotonic()
    if session not in _since:
        _since[session] = now
        if (send_rest := session._message_enqueued_callback) is not None:
            asyncio.get_running_loop().call_later(MOMENT_SECONDS, send_rest)
    return now - _since[session] < MOMENT_SECONDS
