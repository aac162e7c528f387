"""The trade-offs page: the user's words become the room's question, and its answer is what is written and drawn."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from compression.decide import Question, decide
from compression.point.one_clock import on_one_clock
from compression.recipe.goal import Goal
from compression.store import Store
from pages.parts.form.question_form import drag
from pages.parts.shell.finding import WAYS, search_for, steering
from tests.opened import alone

pytestmark = pytest.mark.usefixtures("own_store")
MODEL = "digits/cnn"


def message(test: AppTest) -> dict:
    return json.loads(test.get("bidi_component")[0].proto.json)[0]


def words(test: AppTest) -> str:
    return " ".join(each.value for each in (*test.markdown, *test.caption))


def test_what_the_address_asks_is_what_the_room_answers() -> None:
    test = alone("trade-offs", model=MODEL, lose="2", **{"limit-size_bytes": "3"})
    store = Store.open()
    original = store.original(MODEL)
    points = on_one_clock(store.known(MODEL), original)
    found = decide(points, original, Question(MODEL, lose=2.0, limits={"size_bytes": 3000.0}))
    decided = message(test)["decided"]
    assert found.choice is not None and decided["choice"] == found.choice.key
    assert set(decided["ties"]) == found.tied_keys
    assert found.claim.partition(": ")[2] in words(test)
    assert {line["name"]: line["value"] for line in decided["lines"]}["size_bytes"] == 3000.0


def test_nothing_that_fits_says_the_closest_miss() -> None:
    test = alone("trade-offs", model=MODEL, **{"limit-size_bytes": "0.01"})
    assert not test.exception and "The closest is" in words(test)
    assert message(test)["decided"]["choice"] == ""


def test_several_models_have_a_front_each_and_their_names() -> None:
    test = alone("trade-offs", model=MODEL, **{"with": "MLP 64-32"})
    assert not test.exception
    offered = test.multiselect(key="with").options
    test.multiselect(key="with").set_value(["digits/mlp"]).run()
    background = message(test)["background"]
    assert offered and set(background["models"]) == {0, 1}
    standing = background["standing"]["size_bytes"]
    assert {m for m, rank in zip(background["models"], standing, strict=True) if rank == 2} == {
        0,
        1,
    }


def test_a_limit_sends_what_it_changes_and_not_all_points_again() -> None:
    test = alone("trade-offs", model=MODEL)
    assert "keys" in message(test)["background"]
    test.number_input(key="limit-size_bytes").set_value(3.0).run()
    sent = message(test)["background"]
    assert "keys" not in sent and "values" not in sent and sent["refused"]


def test_a_dragged_line_is_its_number_field(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, float | None] = {}
    monkeypatch.setattr("pages.parts.form.question_form.st.session_state", state)
    original = Store.open().original(MODEL)
    assert original is not None and original.quality is not None
    drag("size_bytes", 2345.6, MODEL, original)
    drag("lose", original.quality - 0.0123, MODEL, original)
    assert state == {"limit-size_bytes": 2.35, "lose": 1.2}
    drag("lose", None, MODEL, original)
    drag("__import__", 1.0, MODEL, original)
    assert state == {"limit-size_bytes": 2.35, "lose": None}


def test_the_search_for_a_gap_is_told_validation_and_no_guard() -> None:
    original = Store.open().original(MODEL)
    asked = Question(
        MODEL, lose=1.0, limits={"size_bytes": 2e3, "latency_ms": 9.0}, guards={"flips": 0.1},
        device="stm32g0b1",
    )  # fmt: skip
    assert set(steering(asked)) == {"size_bytes"}  # times are the device's, which nobody measures
    goal = search_for(asked, original, WAYS["fewer bits alone"], 8).goal
    assert isinstance(goal, Goal) and original is not None
    bounds = {limit.metric: limit.bound for limit in goal.limits}
    validation = original.value("accuracy_validation")
    assert validation is not None
    assert bounds == {"size_bytes": 2e3, "accuracy_validation": pytest.approx(validation - 0.01)}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_search_is_possible(way: str) -> None:
    found = search_for(Question("watch/gru"), Store.open().original("watch/gru"), WAYS[way], 8)
    assert len(found.recipes()) >= 1


def test_the_question_goes_along_to_its_memo() -> None:
    test = alone("trade-offs", model=MODEL)
    test.number_input(key="limit-size_bytes").set_value(3.0).run()
    links = [
        link.proto.query_string for link in test.get("page_link") if link.proto.label == "Memo"
    ]
    assert len(links) == 1 and "limit-size_bytes=3" in links[0]
