"""The distillation page: choosers with sizes, a student before and after training, what follows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.distilled import MODEL, keep, words
from tests.opened import alone, in_app


def page(**query: str) -> AppTest:
    test = alone("distillation", **{"model": MODEL, **query})
    assert not test.exception
    return test


def message(test: AppTest) -> dict[str, Any]:
    """What the page sent to its plots."""
    return json.loads(test.get("bidi_component")[0].proto.json)[0]


def test_before_training_the_page_says_what_to_do_and_draws_no_ring() -> None:
    test = page(temperature="7")
    assert "Not trained yet" in words(test) and "1,702 parameters" in words(test)
    assert test.button(key="train").label.startswith("Train this setting (about ")
    sent = message(test)
    assert sent["current"] is None
    assert len(sent["background"]["keys"]) > 20


def test_students_and_teachers_are_chosen_with_their_sizes() -> None:
    test = page()
    student, teacher = test.selectbox(key="student"), test.selectbox(key="teacher-one")
    assert "cnn-w4 (1,702)" in student.options
    assert teacher.options == ["CNN (6,138)", "MLP (2,410)", "several"]
    sizes = [
        int(option.partition("(")[2].rstrip(")").replace(",", "")) for option in student.options
    ]
    assert sizes[:-1] == sorted(sizes[:-1])
    student.set_value("cnn-w8").run()
    assert test.query_params["student"] in ("cnn-w8", ["cnn-w8"])
    assert "cnn-w8 has" in words(test)


def test_several_teachers_answer_together() -> None:
    test = page()
    test.selectbox(key="teacher-one").set_value("several").run()
    test.multiselect(key="teacher-many").set_value(["previous", "digits/mlp"]).run()
    assert not test.exception
    assert test.session_state["teacher"] == "digits/mlp+previous"
    assert "MLP 64-32-10" in words(test)
    test.selectbox(key="teacher-one").set_value("digits/mlp").run()
    assert test.session_state["teacher"] == "digits/mlp"


@pytest.mark.parametrize(
    "query",
    [
        {"student": "gru-w8"},
        {"student": "elephant"},
        {"teacher": "watch/gru"},
        {"teacher": "previous+nobody"},
        {"temperature": "0"},
        {"then": "knitting"},
    ],
)
def test_what_cant_be_is_not_taken_from_the_address(query: dict[str, str]) -> None:
    test = page(**query)
    assert test.session_state["student"] == "cnn-w4"
    assert test.session_state["teacher"] == "previous"
    assert message(test)["background"]["keys"]


def test_a_trained_student_is_drawn_from_its_control_with_its_lineage() -> None:
    taught, control = keep("distill:temperature=5"), keep("distill:method=labels", accuracy=0.8)
    test = page(temperature="5")
    sent = message(test)
    assert sent["current"]["key"] == taught.key
    assert sent["before"]["key"] == control.key
    assert "lab-lineage" in words(test) and "90.0 %" in words(test)


def test_a_student_can_be_pruned_and_quantized_afterwards() -> None:
    chain = keep("distill:temperature=6", "prune:sparsity=0.6", "quantize:bits=3", accuracy=0.85)
    test = page(temperature="6")
    test.button(key="add-prune").click().run()
    test.slider(key="sparsity").set_value(0.6).run()
    test.run()
    test.button(key="add-quantize").click().run()
    test.select_slider(key="bits").set_value(3).run()
    assert not test.exception
    sent = message(test)
    assert sent["current"]["key"] == chain.key
    assert sent["ahead"]["knobs"]["bits"] == 3
    assert "60 % zeros" in words(test) and "3 bits" in words(test)


def test_what_follows_a_trained_student_is_measured_without_being_asked_for() -> None:
    keep("distill:temperature=13")
    followed = page(temperature="13", then="quantization")
    assert "train" not in [button.key for button in followed.button]
    assert "Not trained yet" not in words(followed)
    fresh = page(temperature="14", then="quantization")
    assert "train" in [button.key for button in fresh.button]


def test_a_chain_of_an_older_address_is_taken() -> None:
    test = page(**{"then": "quantization", "then-bits": "2"})
    assert test.query_params["chain"] == "distill~quantize_bits_2"
    assert "then" not in test.query_params and "2 bits" in words(test)


def test_a_chain_picked_on_the_trade_offs_page_shows_its_lineage_and_opens_on_its_last_steps_page() -> (
    None
):
    chain = keep("distill:temperature=11", "quantize:bits=3", accuracy=0.85)
    test = in_app("trade-offs")
    test.query_params["model"] = MODEL
    test.session_state["_picked"] = chain.key
    test.run()
    assert not test.exception
    assert "lab-lineage" in words(test)
    (link,) = (each.proto for each in test.get("page_link") if each.proto.label.startswith("Open"))
    assert link.page == "quantization"
    assert "bits=3" in link.query_string
    assert "chain=distill_temperature_11~quantize" in link.query_string
