"""What a fragment's run has to say is sent when it has ended, or after a moment; all else at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from pages.parts.shell import sent_together


class Visit:
    """What is read of a session: its messages, and whom it tells that there are some."""

    def __init__(self) -> None:
        self._browser_queue = ForwardMsgQueue()
        self.told = asyncio.Event()

    def _message_enqueued_callback(self) -> None:
        self.told.set()

    def say(self, *kinds: str) -> None:
        for kind in kinds:
            self._browser_queue.enqueue(MESSAGES[kind]())

    def sent(self) -> int:
        return len(AppSession.flush_browser_queue(self))  # type: ignore[arg-type]


def _begins(*fragments: str) -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.name = "script"
    message.metadata.run.fragment_ids.extend(fragments)
    return message


def _delta() -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.text.body = "words"
    return message


def _status(runs: bool) -> ForwardMsg:
    message = ForwardMsg()
    message.session_status_changed.script_is_running = runs
    return message


MESSAGES: dict[str, Callable[[], ForwardMsg]] = {
    "page": _begins,
    "part": lambda: _begins("answer"),
    "words": _delta,
    "runs": lambda: _status(True),
    "over": lambda: _status(False),
}


@pytest.fixture(autouse=True)
def patched() -> Iterator[None]:
    before = AppSession.flush_browser_queue
    sent_together.send_together()
    yield
    AppSession.flush_browser_queue = before  # type: ignore[method-assign]


def test_a_parts_answer_waits_for_its_end() -> None:
    async def visits() -> None:
        visit = Visit()
        visit.say("part", "runs", "words")
        assert visit.sent() == 0
        visit.say("over")
        assert visit.sent() == 4

    asyncio.run(visits())


def test_a_part_that_takes_longer_is_sent_after_a_moment_without_being_asked() -> None:
    async def visits() -> None:
        visit = Visit()
        visit.say("part", "words")
        began = time.monotonic()
        assert visit.sent() == 0
        await asyncio.wait_for(visit.told.wait(), timeout=10)
        assert time.monotonic() - began >= sent_together.MOMENT_SECONDS
        assert visit.sent() == 2
        visit.say("words")
        assert visit.sent() == 1

    asyncio.run(visits())


def test_a_whole_page_is_sent_as_it_comes() -> None:
    async def visits() -> None:
        visit = Visit()
        visit.say("page", "words")
        assert visit.sent() == 2

    asyncio.run(visits())
