"""Which of a browser's requests are for the answer alone: moves of the knobs that the page has announced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.errors import StreamlitAPIException
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession, AppSessionState

from pages.parts.shell import quick_moves

PAGE, ANSWER = "page", "the answer's id"
Ask = Callable[..., str]


class Visit:
    """What is read of a session: its page, its state, its fragments."""

    def __init__(self) -> None:
        self.session_state: dict[str, Any] = {
            "_quick_names": frozenset({"bits", "top-k"}),
            "_quick_fragment": "answer",
        }
        self._state = AppSessionState.APP_NOT_RUNNING
        self._client_state = ClientState(page_script_hash=PAGE)
        self._fragment_storage = self
        self.fragments = [ANSWER]

    def resolve_target(self, name: str) -> list[str]:
        assert name == "answer"
        if not self.fragments:
            raise StreamlitAPIException("none")
        return self.fragments


@pytest.fixture
def visit() -> Visit:
    return Visit()


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, visit: Visit) -> Ask:
    """The fragment that runs when widgets stand like that, after they have all stood at 0; "" is the whole page."""
    ran: list[str] = []
    monkeypatch.setattr(
        AppSession, "request_rerun", lambda _session, state: ran.append(state.fragment_id)
    )
    quick_moves.answer_moves_at_once()
    quick_moves.answer_moves_at_once()  # a second server in the process

    def send(page: str, part: str, stands: dict[str, float]) -> str:
        state = ClientState(page_script_hash=page, fragment_id=part)
        for name in ("bits", "top-k", "model"):
            widget = state.widget_states.widgets.add(id=f"$$ID-0123abc-{name}")
            widget.double_value = stands.get(name.replace("-", "_"), 0.0)
        AppSession.request_rerun(visit, state)  # type: ignore[arg-type]
        return ran[-1]

    def asked(page: str = PAGE, part: str = "", **stands: float) -> str:
        quick_moves._stands.clear()
        assert send(PAGE, "", {}) == ""  # nothing is known of where they stood before
        return send(page, part, stands)

    return asked


def test_a_knobs_move_runs_the_answer_alone(ask: Ask) -> None:
    assert ask(bits=4.0) == ANSWER
    assert ask(bits=4.0, top_k=1.0) == ANSWER


def test_anything_else_runs_what_it_would(ask: Ask) -> None:
    assert ask() == ""
    assert ask(model=1.0) == ""
    assert ask(model=1.0, bits=4.0) == ""
    assert ask(bits=4.0, page="another") == ""
    assert ask(bits=4.0, part="a panel") == "a panel"


def test_a_move_while_the_script_runs_stops_it_as_ever(ask: Ask, visit: Visit) -> None:
    visit._state = AppSessionState.APP_IS_RUNNING
    assert ask(bits=4.0) == ""


def test_a_page_without_that_answer_runs_as_a_whole(ask: Ask, visit: Visit) -> None:
    visit.fragments = []
    assert ask(bits=4.0) == ""
    visit.session_state.clear()
    assert ask(bits=4.0) == ""
