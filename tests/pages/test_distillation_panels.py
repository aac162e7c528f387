"""The panels of the distillation page, with an engine that answers at once and trains nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression import insight
from compression.engine import PointRequest, Request, SweepProgress
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord
from compression.training.progress import Progress
from pages.parts import data
from tests.distilled import MODEL, keep, words
from tests.measured import a_point


class Run:
    """A sweep that trains nothing: how far it is, the test says."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.progress = SweepProgress(sweep.key, "running", 0, 0, len(sweep))

    def cancel(self) -> None:
        self.progress = replace(self.progress, state="cancelled")


class Engine:
    """Answers questions in this process; keeps what it is asked to train."""

    workers = 2

    def __init__(self) -> None:
        self.requested: list[Recipe] = []
        self.requests: dict[str, PointRequest] = {}
        self.runs: dict[str, Run] = {}

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Request[Any]:
        answer = Request[Any]("key")
        answer.tell_value(json.loads(json.dumps(insight.answer(question, arguments))))
        return answer

    def request(self, recipe: Recipe, **_: object) -> PointRequest:
        self.requested.append(recipe)
        request = self.requests[recipe.key] = PointRequest(recipe)
        return request

    def join(self, recipe: Recipe) -> PointRequest | None:
        return self.requests.get(recipe.key)

    def start_sweep(self, sweep: Sweep) -> None:
        self.runs[sweep.key] = Run(sweep)
        body = sweep.model_dump_json()
        record = SweepRecord(sweep.key, sweep.model, body, "running", len(sweep), owner="test")
        Store.open().ledger.add(record)

    def sweep(self, key: str) -> Run | None:
        return self.runs.get(key)


PANEL = """
import streamlit as st
from pkgutil import resolve_name
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.faces import FACES

recipe = Recipe.build("digits/cnn", st.query_params.get_all("step"))
known = data.known("digits/cnn")

@st.fragment
def panel():
    draw = resolve_name(FACES["distill"].panels[st.query_params["panel"]])
    draw(recipe, known.by_key.get(recipe.key), known, True)

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
    asked = [
        (run.sweep.recipes()[0].steps[0].describe(), len(run.sweep)) for run in engine.runs.values()
    ]
    assert len(asked) == 2 and {count for _, count in asked} == {3}
    assert sum("by labels alone" in said for said, _ in asked) == 1
    assert not engine.requested
    test.button(key="cancel-seeds").click().run()
    assert all(run.progress.finished for run in engine.runs.values())
    assert test.button(key="train-seeds")


def test_only_missing_seeds_are_trained(engine: Engine) -> None:
    step, alone = "distill:temperature=9,labelled=0.4", "distill:method=labels,labelled=0.4"
    known = [keep(step, seed=1), keep(alone, seed=0), keep(alone, seed=1)]
    test = panel("Against labels", step)
    assert test.button(key="train-seeds").label.startswith("Train what is missing (3 of 6, about ")
    test.button(key="train-seeds").click().run()
    asked = {recipe.key for run in engine.runs.values() for recipe in run.sweep.recipes()}
    wanted = {Recipe.build(MODEL, [text], seed).key for text in (step, alone) for seed in range(3)}
    assert asked == wanted - {point.key for point in known}


def test_another_visitor_sees_how_far_the_seeds_are(engine: Engine) -> None:
    step = "distill:temperature=9,labelled=0.3"
    panel("Against labels", step).button(key="train-seeds").click().run()
    taught, alone = engine.runs.values()
    half = Progress(
        step=50, steps=100, epoch=5, epochs=10, loss=1.0, validation=None, seconds_left=8
    )
    taught.progress = replace(taught.progress, training=half, seconds_left=8.0)
    (bar,) = panel("Against labels", step).get("progress")
    assert bar.proto.value == 8  # half of the one that has begun, of six
    assert "0 of 6 trained, about 16 s left" in bar.proto.text
    taught.progress = replace(taught.progress, state="failed", message="The loss diverged.")
    alone.cancel()
    assert not panel("Against labels", step).get("progress")


def test_why_a_training_failed_is_said_beside_the_button(engine: Engine) -> None:
    test = panel("Against labels", "distill:temperature=9,labelled=0.6")
    test.button(key="train-seeds").click().run()
    for run in engine.runs.values():
        run.progress = replace(run.progress, state="failed", message="The loss diverged.")
    test.run()
    assert [error.value for error in test.error] == ["The loss diverged."]
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
    assert test.button(key="sweep-surface").label.startswith(
        "Fill the surface (14 of 15 to train, about "
    )
    (chart,) = charts(test)
    marks = [mark["text"] for mark in chart["layout"]["annotations"]]
    assert sorted(marks)[-1] == "·" and marks.count("·") == 14
    assert any(text.startswith("91.0") for text in marks)


def test_nothing_known_is_no_empty_chart(engine: Engine) -> None:
    test = panel("Temperature", "distill:epochs=77")
    assert not charts(test)
    assert test.button(key="sweep-surface").label.startswith(
        "Fill the surface (15 of 15 to train, about "
    )


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
    from compression.subjects import look_up

    artifact = pipeline.run(look_up(MODEL), Recipe(model=MODEL)).artifact
    recipe = Recipe.build(MODEL, ["distill:temperature=18"])
    Store.open().add(a_point().model_copy(update={"recipe": recipe, "artifact": artifact}))
    test = panel("Agreement", "distill:temperature=18")
    assert "the same for **100.0 %**" in words(test)
    agreement, confusion, _ = charts(test)
    assert set(agreement["data"][0]["x"]) == {100}
    assert {value for row in confusion["data"][0]["z"] for value in row} == {0}
    assert not engine.requested
