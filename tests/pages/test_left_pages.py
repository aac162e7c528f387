"""Which requests of a browser are not answered: those of a part of a page that was left."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession

from pages.parts.shell.left_pages import answer_no_left_page

MAIN, OLD, NEW = "main", "old", "new"
Ask = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """One visit's requests, each a page and what part of it asks; those that are answered."""
    answered: list[tuple[str, str]] = []

    def request_rerun(_session: object, state: ClientState | None) -> None:
        answered.append(("", "") if state is None else (state.page_script_hash, state.fragment_id))

    monkeypatch.setattr(AppSession, "request_rerun", request_rerun)
    answer_no_left_page()
    answer_no_left_page()  # a second server in the process
    manager = SimpleNamespace(get_pages=lambda: {OLD: {}, NEW: {}})
    visit = SimpleNamespace(
        _client_state=ClientState(page_script_hash=MAIN), _pages_manager=manager
    )

    def asked(*requests: tuple[str, str]) -> list[tuple[str, str]]:
        for page, part in requests:
            AppSession.request_rerun(visit, ClientState(page_script_hash=page, fragment_id=part))  # type: ignore[arg-type]
        return answered

    return asked


def test_a_part_of_the_page_at_hand_is_answered(ask: Ask) -> None:
    requests = [(OLD, ""), (OLD, "answer"), (NEW, ""), (NEW, "answer")]
    assert ask(*requests) == requests


def test_a_part_of_a_page_that_was_left_is_not(ask: Ask) -> None:
    assert ask((OLD, ""), (NEW, ""), (OLD, "answer"), (NEW, "answer")) == [
        (OLD, ""),
        (NEW, ""),
        (NEW, "answer"),
    ]


def test_who_goes_back_is_answered_there(ask: Ask) -> None:
    assert ask((OLD, ""), (NEW, ""), (OLD, ""), (OLD, "answer"))[-1] == (OLD, "answer")


@pytest.mark.parametrize("page", ["", MAIN, OLD])
def test_before_the_first_page_has_a_name_all_are_answered(ask: Ask, page: str) -> None:
    assert ask(("", ""), (page, "answer"))[-1] == (page, "answer")


def test_a_whole_page_is_always_answered(ask: Ask) -> None:
    AppSession.request_rerun(SimpleNamespace(), None)  # type: ignore[arg-type]
    assert ask((NEW, ""), (OLD, "")) == [("", ""), (NEW, ""), (OLD, "")]
