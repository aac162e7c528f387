"""The layer budget below the plots, with an engine that answers at once or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression import insight
from compression.engine import PointRequest, Request
from compression.errors import LabError
from compression.recipe import Recipe
from pages.parts import data

MODEL = "digits/cnn"
SCRIPT = """
import streamlit as st
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.budget.layer_budget import layer_budget

recipe = Recipe.build("digits/cnn", [st.query_params["step"]])
known = data.bundled_only("digits/cnn")
settled = "unsettled" not in st.query_params

@st.fragment
def panel():
    layer_budget(recipe, known.by_key.get(recipe.key), known, settled)

panel()
"""


@lru_cache(maxsize=64)
def reply(question: str, text: str) -> Any:
    return json.loads(json.dumps(insight.answer(question, json.loads(text))))


class Engine:
    """Answers in this process, up to ``most`` questions; requests are noted and never met."""

    def __init__(self, most: int = 1000, error: str = "") -> None:
        self.most, self.error = most, error
        self.asked: list[str] = []
        self.requested: list[Recipe] = []

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Request[Any]:
        self.asked.append(question)
        answer = Request[Any]("key")
        if self.error:
            answer.tell_error(self.error)
        elif len(self.asked) <= self.most:
            try:
                answer.tell_value(reply(question, json.dumps(dict(arguments), sort_keys=True)))
            except LabError as error:
                answer.tell_error(str(error))
        return answer

    def request(self, recipe: Recipe, **_: Any) -> PointRequest:
        self.requested.append(recipe)
        return PointRequest(recipe)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    return use(monkeypatch, Engine())


def use(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Engine:
    monkeypatch.setattr(data, "engine", lambda: engine)
    monkeypatch.setattr(data, "known_or_bundled", data.bundled_only)
    return engine


def panel(step: str, **query: str) -> AppTest:
    test = AppTest.from_string(SCRIPT, default_timeout=60)
    for key, value in {"step": step, **query}.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception
    return test


def editor(test: AppTest) -> dict[str, Any]:
    return json.loads(test.get("bidi_component")[0].proto.json)


def bars(test: AppTest) -> dict[str, float]:
    return {row["name"]: row["chosen"] for row in editor(test)["rows"]}


def words(test: AppTest) -> str:
    return " ".join(text.value for kind in ("markdown", "caption") for text in test.get(kind))


def solved(test: AppTest, metric: str, thousands: float) -> AppTest:
    test.selectbox(key="budget-metric").set_value(metric).run()
    test.number_input(key=f"budget-{metric}").set_value(thousands).run()
    test.button(key="solve-budget").click().run()
    assert not test.exception
    return test


def test_the_bars_begin_where_the_layers_were_measured(engine: Engine) -> None:
    test = panel("prune:sparsity=0.9")
    point = data.bundled_only(MODEL).by_key[Recipe.build(MODEL, ["prune:sparsity=0.9"]).key]
    stored = {tensor.name: tensor for tensor in point.layers}
    for name, zeros in bars(test).items():
        tensor = stored[f"{name}.weight"]
        assert zeros == pytest.approx(1 - tensor.nonzero / tensor.values, abs=0.006)
    assert "most robust" in words(test)


def test_what_was_projected_stands_beside_what_was_measured(engine: Engine) -> None:
    said = words(panel("prune:sparsity=0.9"))
    assert "| Size |" in said and "| Accuracy lost |" in said and "not known" not in said
    assert engine.requested == []  # the bundled points are enough


def test_zeros_are_solved_for_a_size_and_measured(engine: Engine) -> None:
    test = solved(panel("prune:sparsity=0.5"), "bytes", 4.0)
    choice = bars(test)
    assert len(set(choice.values())) > 1
    assert "| Size |" not in words(test)  # not what was measured
    test.button(key="measure-budget").click().run()
    text = test.session_state["layers"]
    assert dict(pair.split("=") for pair in text.split(";")) == {
        name: f"{zeros:g}" for name, zeros in choice.items()
    }
    assert test.session_state["sparsity"] == pytest.approx(0.86, abs=0.05)
    assert Recipe.build(MODEL, [f"prune:sparsity=0.5,layers={text}"]).steps


def test_widths_are_solved_for_multiplications_and_measured(engine: Engine) -> None:
    test = solved(panel("prune-channels:ratio=0.2"), "macs", 30.0)
    choice = bars(test)
    assert all(width == int(width) for width in choice.values())
    test.button(key="measure-budget").click().run()
    assert test.session_state["widths"] == ";".join(f"{n}={w:g}" for n, w in sorted(choice.items()))


def test_a_choice_is_put_back_and_dropped(engine: Engine) -> None:
    test = panel("prune:sparsity=0.5,layers=conv1=0.1;conv2=0.6;fc=0.3")
    start = bars(test)
    assert start == {"conv1": 0.1, "conv2": 0.6, "fc": 0.3}
    solved(test, "bytes", 4.0)
    test.button(key="budget-back").click().run()
    assert bars(test) == start
    test.button(key="budget-drop").click().run()
    assert test.session_state["layers"] == ""


@pytest.mark.parametrize("step", ["prune:sparsity=0.5", "prune-channels:ratio=0.5"])
def test_a_budget_out_of_reach_is_said_in_one_sentence(engine: Engine, step: str) -> None:
    test = solved(panel(step), "bytes", 0.1)
    (error,) = test.error
    assert "can't be met" in error.value and "kB to" in error.value


def test_a_kind_of_which_little_is_measured_has_some_measured(engine: Engine) -> None:
    test = panel("prune:sparsity=0.5,score=wanda,repair=bias")
    assert {recipe.steps[0].sparsity for recipe in engine.requested} == {0.5, 0.7, 0.8, 0.9, 0.96}
    assert "are being measured" in words(test)
    written = {"factor": 100, "digits": 1, "words": "points lower"}
    assert {"kind": "loss", "table": [], **written} in editor(test)["totals"]


@pytest.mark.parametrize("step", ["prune:sparsity=0.5", "prune-channels:ratio=0.5"])
def test_a_trained_repair_has_the_curves_from_before_its_training(
    engine: Engine, step: str
) -> None:
    trained = editor(panel(f"{step},repair=finetune"))
    damage = [row["damage"] for row in editor(panel(step))["rows"]]
    assert [row["damage"] for row in trained["rows"]] == damage
    assert engine.requested == []  # a training is never asked for ahead of time


def test_a_pattern_has_nothing_to_share_out(engine: Engine) -> None:
    assert "choose the pattern free" in words(panel("prune:pattern=2:4"))
    assert engine.asked == []


def test_the_panel_says_how_far_it_is_and_asks_for_two_parts_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = use(monkeypatch, Engine(most=2))
    test = panel("prune:sparsity=0.5")
    assert engine.asked == ["layer_parts", "layer_alone", "layer_alone", "layer_alone"]
    assert "1 of 3 done" in test.get("progress")[0].proto.text


def test_the_panel_says_that_it_waits_or_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = use(monkeypatch, Engine())
    assert "easur" in words(panel("prune:sparsity=0.5", unsettled="1"))
    assert engine.asked == []
    use(monkeypatch, Engine(error="The engine has gone fishing."))
    assert panel("prune:sparsity=0.5").error[0].value == "The engine has gone fishing."
