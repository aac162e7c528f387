"""What the server refuses, what it tells browsers, and what it keeps of visits that ended."""

from __future__ import annotations

import asyncio
import resource
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import config

from pages.parts.shell import guarding
from pages.parts.shell.ended_sessions import MOST, EndedSessions, fitting
from pages.parts.shell.serving import asset_path
from pages.parts.shell.starting import middleware


def ask(host: str | None, path: str = "/page") -> tuple[int, dict[str, str], str]:
    """Status, headers and body of one request through the app's middleware, without a network."""
    heard: list[dict[str, Any]] = []
    answers = {"/page": "a page", "/_stcore/health": "ok"}
    routes = [
        Route(at, lambda request: PlainTextResponse(answers[request.url.path])) for at in answers
    ]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        heard.append(message)

    names = [] if host is None else [(b"host", host.encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": names,
        "query_string": b"",
        "root_path": "",
    }
    asyncio.run(Starlette(routes=routes, middleware=middleware())(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
    return heard[0]["status"], told, heard[1]["body"].decode()


@pytest.fixture(autouse=True)
def hosts() -> Any:
    before = config.get_option("server.allowedHosts")
    config.set_option("server.allowedHosts", ["localhost", "127.0.0.1", "*.lab.example"])
    yield
    config.set_option("server.allowedHosts", before)


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "a.lab.example", "LOCALHOST."])
def test_a_host_of_ours_is_answered(host: str) -> None:
    assert ask(host)[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example",
        "lab.example.evil",
        "localhost@evil.example",
    ],
)
def test_a_foreign_host_is_refused_in_a_sentence(host: str | None) -> None:
    status, told, said = ask(host)
    assert status == 421 and "open it by one of localhost" in said and "a page" not in said
    assert told["x-content-type-options"] == "nosniff"


def test_every_answer_tells_the_browser_what_it_may_do() -> None:
    _, told, _ = ask("localhost")
    policy = told["content-security-policy"]
    assert told["x-content-type-options"] == "nosniff" and told["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'self'" in policy and "default-src 'self'" in policy
    scripts = policy.split("script-src ")[1].split(";")[0]
    assert "'sha256-" in scripts and "unsafe" not in scripts and "*" not in policy


def test_health_says_when_open_files_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("localhost", "/_stcore/health")[0] == 200
    used = guarding.open_files()
    monkeypatch.setattr(guarding.resource, "getrlimit", lambda _: (used, used))
    status, _, said = ask("localhost", "/_stcore/health")
    assert status == 503 and "open files are in use" in said
    assert ask("localhost")[0] == 200


def test_no_limit_is_never_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding.resource, "getrlimit", lambda _: (resource.RLIM_INFINITY,) * 2)
    assert guarding.fullness() == ""


def session(name: str) -> Any:
    made = SimpleNamespace(id=name, ended=False)
    made.shutdown = lambda: setattr(made, "ended", True)
    return SimpleNamespace(session=made)


def test_the_oldest_ended_visits_are_shut_down_first() -> None:
    kept, visits = EndedSessions(most=2), [session(name) for name in "abc"]
    for visit in visits:
        kept.save(visit)
    assert [visit.session.ended for visit in visits] == [True, False, False]
    assert kept.get("a") is None and kept.get("b") is visits[1] and len(kept.list()) == 2


def test_a_visit_is_shut_down_when_its_time_is_over_and_not_when_it_is_taken_up_again() -> None:
    kept, gone, back = EndedSessions(seconds=0), session("gone"), session("back")
    kept.save(gone)
    assert kept.get("gone") is None and gone.session.ended
    kept.save(back)
    kept.delete("back")
    kept.delete("back")
    assert not back.session.ended and kept.list() == []


@pytest.mark.parametrize(("files", "most"), [(64, 1), (256, 21), (65_536, MOST)])
def test_fewer_visits_are_kept_where_few_files_may_be_open(files: int, most: int) -> None:
    assert fitting(files) == most


def test_files_lie_below_the_path_that_the_server_was_given() -> None:
    config.set_option("server.baseUrlPath", "lab/")
    try:
        assert asset_path("a.js").startswith("/lab/assets/")
    finally:
        config.set_option("server.baseUrlPath", "")
    assert asset_path("a.js").startswith("/assets/")
