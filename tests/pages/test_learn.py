"""Lessons as pages: the list, one lesson, classes over HTTP, and links that a teacher prepares."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from compression.errors import UsageError
from compression.lessons import LESSONS, lessons
from compression.lessons.classroom import classroom
from pages.parts.learn.rooms import LARGEST, class_route
from pages.parts.learn.teachers_link import link
from tests.opened import alone, in_app


def sent(test: AppTest) -> dict[str, Any]:
    """What a lesson's page gave the browser."""
    told: dict[str, Any] = json.loads(test.get("bidi_component")[0].proto.json)
    return told


def said(test: AppTest) -> str:
    return " ".join(
        each.value for kind in (test.warning, test.error, test.caption) for each in kind
    )


def test_the_list_has_a_link_to_each_lesson() -> None:
    test = in_app("learn")
    assert not test.exception
    found = {each.proto.label for each in test.get("page_link")}
    assert {each.title for each in lessons()} <= found


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_opens_with_its_texts_filled(name: str) -> None:
    test = alone("lesson", lesson=name)
    assert not test.exception
    told = sent(test)
    assert told["lesson"]["id"] == name
    assert told["links"]["lab"].split("?")[0] in told["links"]["lab"]
    assert told["room"] is None


def test_an_unknown_lesson_says_so_in_place_and_as_text() -> None:
    test = alone("lesson", lesson="<img src=x>")
    assert not test.exception
    assert "is no lesson" in said(test)
    assert "`lesson=<img src=x>`" in said(test)
    assert not test.get("bidi_component")


def test_an_unknown_class_is_said_and_the_lesson_works_without() -> None:
    test = alone("lesson", lesson="pruning", **{"class": "<b>NO</b>"})
    assert "There is no class BNOB" in said(test)
    assert sent(test)["room"] is None


def test_a_class_that_is_open_is_joined() -> None:
    code = classroom().open()
    assert (
        sent(alone("lesson", lesson="pruning", **{"class": code.lower()}))["room"]["code"] == code
    )


def test_a_teacher_opens_a_class_with_one_button() -> None:
    test = alone("learn")
    test.button(key="class-open").click().run()
    assert not test.exception


def ask(
    path: str, body: str | None = None, kind: str = "application/json"
) -> tuple[int, dict[str, Any]]:
    """Status and answer of one request, asked of the route without a network."""
    heard: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": (body or "").encode(), "more_body": False}

    async def send(message: Any) -> None:
        heard.append(dict(message))

    scope: dict[str, Any] = {
        "type": "http", "method": "GET" if body is None else "POST", "path": path, "root_path": "",
        "headers": [(b"content-type", kind.encode())], "query_string": b"",
    }  # fmt: skip
    asyncio.run(Starlette(routes=[class_route("/class")])(scope, receive, send))
    return heard[0]["status"], json.loads(heard[1]["body"])


def test_a_guess_is_sent_and_seen() -> None:
    place = f"/class/{classroom().open()}/slicing"
    told = ask(place, json.dumps({"who": "me", "guess": "slower"}))
    assert told == ask(place) == (200, {"count": 1, "guesses": ["slower"]})


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{"who": "me", "guess": NaN}', "lies between"),
        ('{"who": "me", "guess": "<script>"}', "is a number"),
        ('{"who": "", "guess": 2}', "made up"),
        ("[1]", "is sent as"),
        ("{", "no JSON"),
        ("1" * (LARGEST + 1), "at most"),
    ],
)
def test_what_can_t_be_a_guess_is_refused_in_a_sentence(body: str, why: str) -> None:
    place = f"/class/{classroom().open()}/pruning"
    status, answer = ask(place, body)
    assert status == 400
    assert why in answer["error"]
    assert ask(place)[1]["count"] == 0


def test_a_form_of_another_site_can_send_nothing() -> None:
    place = f"/class/{classroom().open()}/pruning"
    status, _ = ask(place, "who=me&guess=2", kind="application/x-www-form-urlencoded")
    assert status == 400


@pytest.mark.parametrize(
    "path", ["/class/NOBOD/pruning", "/class/<b>/pruning", "/class/NOBOD/nonsense"]
)
def test_a_class_or_a_lesson_that_is_none_is_said(path: str) -> None:
    status, answer = ask(path)
    assert status == 400
    assert answer["error"].startswith("There is no ")


def test_a_teacher_s_link_fixes_and_hides_knobs() -> None:
    test = alone("quantization", model="digits/mlp", bits="3", fix="bits", hide="format")
    assert not test.exception
    assert test.select_slider(key="bits").disabled
    assert test.select_slider(key="bits").value == 3
    assert "format" not in {each.key for each in (*test.selectbox, *test.get("button_group"))}
    assert "Prepared by a teacher. Fixed: Bits. Hidden: Number format." in said(test)
    test.button(key="teaching-leave").click().run()
    assert not test.select_slider(key="bits").disabled


def test_reset_leaves_what_a_teacher_has_fixed() -> None:
    test = alone("quantization", model="digits/mlp", bits="3", fix="bits")
    test.button(key="reset").click().run()
    assert test.select_slider(key="bits").value == 3


def test_a_knob_that_a_link_names_and_there_is_not_is_said() -> None:
    test = alone("quantization", model="digits/mlp", fix="<b>bits</b>")
    assert "`fix=<b>bits</b>` names no knob of this page" in said(test)


def test_the_builder_writes_what_the_page_reads() -> None:
    made = link("quantize", "digits/mlp", "bits=3", ["bits"], ["format", "group"], ["quantization"])
    assert made.endswith(
        "/quantization?model=digits%2Fmlp&bits=3&fix=bits&hide=format,group&pages=quantization"
    )
    with pytest.raises(UsageError, match="bits"):
        link("quantize", "digits/mlp", "bits=nonsense", [], [], [])
