"""The distillation page: choosers with sizes, a student before and after training, and its panels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression import insight
from compression.engine import Answer, Ticket
from compression.point import Point
from compression.recipe import Recipe
from compression.store import Store
from pages.parts import data
from tests.measured import a_point

ROOT = Path(__file__).parents[2]
MODEL = "digits/cnn"


def page(**query: str) -> AppTest:
    path = ROOT / "pages/techniques/distillation.py"
    test = AppTest.from_file(str(path), default_timeout=60)
    for name, value in {"model": MODEL, **query}.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def message(test: AppTest) -> dict[str, Any]:
    """What the page sent to its plots."""
    return json.loads(test.get("bidi_component")[0].proto.json)


def words(test: AppTest) -> str:
    texts = [text.value for kind in ("markdown", "caption") for text in test.get(kind)]
    return " ".join([*texts, *(html.proto.body for html in test.get("html"))])


def keep(*steps: str, accuracy: float = 0.9, seed: int = 0) -> Point:
    """A point in the store, of the figures made up for all points but for its accuracy."""
    point = a_point()
    figures = dict(point.measurements)
    figures["accuracy"] = figures["accuracy"].model_copy(update={"value": accuracy})
    recipe = Recipe.build(MODEL, steps, seed)
    point = point.model_copy(update={"recipe": recipe, "measurements": figures})
    Store.open().add(point)
    return point


class Engine:
    """Answers questions in this process; keeps what it is asked to train."""

    def __init__(self) -> None:
        self.requested: list[Recipe] = []
        self.tickets: dict[str, Ticket] = {}

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Answer:
        answer = Answer("key", (), 0)
        answer.tell(json.loads(json.dumps(insight.answer(question, arguments))))
        return answer

    def request(self, recipe: Recipe, **_: object) -> Ticket:
        self.requested.append(recipe)
        ticket = self.tickets[recipe.key] = Ticket(recipe)
        return ticket

    def join(self, recipe: Recipe) -> Ticket | None:
        return self.tickets.get(recipe.key)


PANEL = """
import streamlit as st
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.insight import PANELS

recipe = Recipe.build("digits/cnn", st.query_params.get_all("step"))
known = data.known("digits/cnn")

@st.fragment
def panel():
    PANELS["distill"][st.query_params["panel"]](recipe, known.by_key.get(recipe.key), known, True)

panel()
"""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(data, "engine", lambda: engine)
    return engine


def panel(name: str, *steps: str) -> AppTest:
    test = AppTest.from_string(PANEL, default_timeout=60)
    test.query_params["panel"] = name
    test.query_params["step"] = list(steps)
    test.run()
    assert not test.exception
    return test


def charts(test: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]


def test_before_training_the_page_says_what_to_do_and_draws_no_ring() -> None:
    test = page(temperature="7")
    assert "Not trained yet" in words(test) and "1,702 parameters" in words(test)
    assert test.button(key="train").label == "Train this setting"
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
    test.session_state["then"] = ["pruning", "quantization"]
    test.run()
    test.slider(key="then-sparsity").set_value(0.6)
    test.select_slider(key="then-bits").set_value(3).run()
    test.run()
    assert not test.exception
    sent = message(test)
    assert sent["current"]["key"] == chain.key
    assert sent["ahead"] is None
    assert "60 % zeros" in words(test) and "3 bits" in words(test)


def test_what_follows_a_trained_student_is_measured_without_being_asked_for() -> None:
    keep("distill:temperature=13")
    followed = page(temperature="13", then="quantization")
    assert "train" not in [button.key for button in followed.button]
    assert "Not trained yet" not in words(followed)
    fresh = page(temperature="14", then="quantization")
    assert "train" in [button.key for button in fresh.button]


def test_a_chain_in_the_address_is_taken_and_reset() -> None:
    test = page(**{"then": "quantization", "then-bits": "2"})
    assert test.select_slider(key="then-bits").value == 2
    assert "2 bits" in words(test)


def test_a_chain_picked_on_the_trade_offs_page_shows_its_lineage_and_opens_here() -> None:
    chain = keep("distill:temperature=11", "quantize:bits=3", accuracy=0.85)
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    test.switch_page(str(ROOT / "pages/decide/trade_offs.py"))
    test.query_params["model"] = MODEL
    test.session_state["_picked"] = chain.key
    test.run()
    assert not test.exception
    assert "lab-lineage" in words(test)
    link = test.get("page_link")[0].proto
    assert "then-bits=3" in link.query_string and "then=quantization" in link.query_string


def test_soft_labels_are_sent_once_with_the_temperature_of_the_knob(engine: Engine) -> None:
    test = panel("Soft labels", "distill:temperature=4")
    sent = json.loads(test.get("bidi_component")[0].proto.json)
    assert sent["temperature"] == 4
    assert sent["range"] == [1, 20, 0.5]
    assert all(example["image"].startswith("data:image/png") for example in sent["examples"])
    assert len(sent["why"]) == 2


def test_all_seeds_of_both_are_trained_by_one_button(engine: Engine) -> None:
    test = panel("Against labels", "distill:temperature=9,labelled=0.2")
    assert "Does the teacher help?" in words(test)
    test.button(key="train-seeds").click().run()
    asked = {(r.seed, r.steps[0].model_dump()["method"]) for r in engine.requested}
    assert asked == {(seed, method) for seed in range(3) for method in ("response", "labels")}
    assert test.button(key="cancel-seeds")
    test.button(key="cancel-seeds").click().run()
    assert all(ticket.done for ticket in engine.tickets.values())
    assert test.button(key="train-seeds")


def test_what_is_known_is_drawn_beside_its_control(engine: Engine) -> None:
    for seed, accuracy in enumerate((0.90, 0.91, 0.92)):
        keep("distill:temperature=10,labelled=0.5", accuracy=accuracy, seed=seed)
        keep("distill:method=labels,labelled=0.5", accuracy=accuracy - 0.05, seed=seed)
    test = panel("Against labels", "distill:temperature=10,labelled=0.5")
    assert "The teacher is worth 5.0 points" in words(test)
    assert not test.button
    (chart,) = charts(test)
    dots = {trace["y"][0]: trace["x"] for trace in chart["data"] if len(trace["x"]) == 3}
    assert dots["With its teacher"] == pytest.approx([90, 91, 92])


def test_the_control_has_no_control(engine: Engine) -> None:
    assert "is the control itself" in words(panel("Against labels", "distill:method=labels"))
    assert "no temperature" in words(panel("Temperature", "distill:method=labels"))


def test_the_surface_marks_what_is_not_known(engine: Engine) -> None:
    keep("distill:temperature=8,alpha=0.9,epochs=3", accuracy=0.91)
    test = panel("Temperature", "distill:epochs=3")
    assert test.button(key="sweep-surface").label == "Fill the surface (14 of 15 to train)"
    (chart,) = charts(test)
    marks = [mark["text"] for mark in chart["layout"]["annotations"]]
    assert sorted(marks)[-1] == "·" and marks.count("·") == 14
    assert any(text.startswith("91.0") for text in marks)


def test_agreement_of_an_untrained_student_is_not_made_up(engine: Engine) -> None:
    test = panel("Agreement", "distill:temperature=19")
    assert "isn't trained yet" in words(test)
    assert not engine.requested


def test_a_bundled_student_can_be_trained_here_to_be_looked_at(engine: Engine) -> None:
    keep("distill:temperature=17")  # without a packed file, like those that come with the project
    test = panel("Agreement", "distill:temperature=17")
    assert "trained elsewhere" in words(test)
    test.button(key="train-here").click().run()
    assert [recipe.steps[0].model_dump()["temperature"] for recipe in engine.requested] == [17]
    assert "0 of 1 trained" in str(test.get("progress")[0].proto)


def test_agreement_is_looked_up_in_the_students_own_file(engine: Engine) -> None:
    """Any packed file will do here: that of the untouched model agrees with its teacher everywhere."""
    from compression import pipeline

    artifact = pipeline.run(Recipe(model=MODEL)).artifact
    recipe = Recipe.build(MODEL, ["distill:temperature=18"])
    Store.open().add(a_point().model_copy(update={"recipe": recipe, "artifact": artifact}))
    test = panel("Agreement", "distill:temperature=18")
    assert "the same for **100.0 %**" in words(test)
    agreement, confusion, _ = charts(test)
    assert set(agreement["data"][0]["x"]) == {100}
    assert {value for row in confusion["data"][0]["z"] for value in row} == {0}
    assert not engine.requested
