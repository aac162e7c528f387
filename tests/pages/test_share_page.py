"""The page Share: what its address asks is decided and shown, and a memo leads back to the same address."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from compression.decide import Question, decide
from compression.devices import device_named
from compression.share.link import link_of, parts_of, question_of
from compression.share.memo.carried import carried_in
from compression.store import bundled
from pages.parts import data
from pages.parts.shell.taking_away import KINDS, memo_file
from tests.opened import alone

pytestmark = pytest.mark.usefixtures("own_store")
MODEL = "fashion-mnist/resnet8"


def html(test: AppTest) -> str:
    return " ".join(each.proto.body for each in test.get("html"))


def claim(question: Question) -> str:
    points = list(bundled.points(question.model).values())
    original = next(p for p in points if not p.recipe.steps)
    return decide(points, original, question).claim


QUESTIONS = (
    Question(MODEL, lose=0.5),
    Question(MODEL, limits={"size_bytes": 20_000}),
    Question(MODEL, lose=2.0, limits={"latency_ms": 0.06}, guards={"flips": 0.05}),
    Question("digits/cnn", lose=1.5, guards={"memory_bytes": 2e5}, device="stm32h7a3"),
    Question("digits/mlp", worth={"latency_ms": 0.02}, axis="latency_ms"),
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_address_is_read_as_the_question_that_wrote_it(question: Question) -> None:
    again = question_of(parts_of(question))
    assert again.words == question.words


@pytest.mark.parametrize("question", QUESTIONS[:3])
def test_the_page_shows_the_claim_of_its_address(question: Question) -> None:
    test = alone("share", **parts_of(question))
    assert not test.exception
    assert claim(question).replace("'", "&#x27;") in html(test)


def test_a_device_in_the_address_is_chosen() -> None:
    question = Question(MODEL, device="stm32h7a3")
    test = alone("share", **parts_of(question))
    assert test.selectbox(key="device").value == device_named("stm32h7a3").title
    assert f"fits {device_named('stm32h7a3').title}" in html(test)


def test_where_nothing_keeps_the_limits_the_closest_is_shown() -> None:
    shown = html(alone("share", model=MODEL, **{"limit-size_bytes": "0.01"}))
    assert "No point of" in shown and "The closest is" in shown and 'data-verdict="fail"' in shown


@pytest.mark.parametrize("part", ["worth", "guard-latency_ms"])
def test_what_no_field_shows_is_refused_in_place_if_it_can_not_be(part: str) -> None:
    test = alone("share", model=MODEL, **{part: "<b>x</b>"})
    assert not test.exception
    assert "is no number" in test.error[0].value


@pytest.mark.parametrize("ending", [kind[0] for kind in KINDS])
def test_a_memo_taken_from_the_page_leads_back_to_it(ending: str) -> None:
    question = Question(MODEL, lose=0.5, guards={"flips": 0.05})
    carried = carried_in(memo_file(data.bundled_only(MODEL), question, ending))
    assert link_of(carried.question) == link_of(question)


def test_the_picture_has_every_full_point() -> None:
    test = alone("share", model="digits/mlp")
    told = json.loads(test.get("bidi_component")[0].proto.json)
    assert told["svg"].count("<title>") > 100
