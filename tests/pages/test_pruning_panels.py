"""The pruning panels, with an engine that answers at once, late, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression import insight
from compression.errors import LabError
from compression.point import Measurement, Point, StoredTensor
from compression.recipe import Recipe
from compression.store import bundled
from pages.parts import data
from pages.parts.panels.pruning.sparsity_words import why_not_faster, why_smaller
from tests.measured import a_point
from tests.pages.test_insight_panels import Engine

SCRIPT = """
import streamlit as st
from pkgutil import resolve_name
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.faces import FACES

recipe = Recipe.build("digits/cnn", [st.query_params["step"]])
known = data.bundled_only("digits/cnn")
settled = "unsettled" not in st.query_params
point = known.by_key.get(recipe.key) if settled else None

@st.fragment
def panel():
    draw = resolve_name(FACES[recipe.technique].panels[st.query_params["panel"]])
    draw(recipe, point, known, settled)

panel()
"""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine(insight.answer)
    monkeypatch.setattr(data, "engine", lambda: engine)
    return engine


def panel(name: str, step: str, **query: str) -> AppTest:
    test = AppTest.from_string(SCRIPT, default_timeout=60)
    return again(test, panel=name, step=step, **query)


def again(test: AppTest, **query: str) -> AppTest:
    for key, value in query.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception
    return test


def sent(test: AppTest, place: int = 0) -> dict[str, Any]:
    """What a picture was sent in the last run."""
    return json.loads(test.get("bidi_component")[place].proto.json)


def words(test: AppTest) -> str:
    return " ".join(text.value for kind in ("markdown", "caption") for text in test.get(kind))


PANEL_STEPS = [
    ("Ranking", "prune", "sparsity"),
    ("Weights", "prune", "sparsity"),
    ("Ranking", "prune-channels", "ratio"),
    ("Weights", "prune-channels", "ratio"),
]


@pytest.mark.parametrize(("name", "technique", "knob"), PANEL_STEPS)
def test_a_move_of_the_slider_sends_no_contents_and_asks_nothing_new(
    engine: Engine, name: str, technique: str, knob: str
) -> None:
    test = panel(name, f"{technique}:{knob}=0.2")
    first = sent(test)
    assert first["sent"]["main"]["levels"][0] == 0 and first["at"] == 0.2
    before = {json.dumps(asked, sort_keys=True) for asked in engine.asked}
    second = sent(again(test, step=f"{technique}:{knob}=0.5", unsettled="1"))
    assert (second["at"], second["sent"]) == (0.5, {})
    assert second["versions"]["main"] == first["versions"]["main"]
    assert {json.dumps(asked, sort_keys=True) for asked in engine.asked} == before
    assert "easur" not in words(test) and "Computing" not in words(test)


@pytest.mark.parametrize(("name", "technique", "knob"), PANEL_STEPS)
def test_another_score_is_another_ranking(
    engine: Engine, name: str, technique: str, knob: str
) -> None:
    test = panel(name, technique)
    first = sent(test)["versions"]["main"]
    assert sent(again(test, step=f"{technique}:score=random"))["versions"]["main"] != first


def test_all_pruning_panels_look_at_the_layer_that_is_chosen(engine: Engine) -> None:
    test = panel("Ranking", "prune")
    assert sent(test)["sent"]["main"]["layer"] == "conv2.weight"
    test.selectbox(key="pruned-layer").set_value("fc.weight").run()
    assert sent(test)["sent"]["main"]["layer"] == "fc.weight"
    assert sent(again(test, panel="Weights"))["sent"]["main"]["layer"] == "fc.weight"


def test_two_scores_are_compared_where_one_is_chosen(engine: Engine) -> None:
    test = panel("Ranking", "prune:score=magnitude")
    assert len(test.get("bidi_component")) == 1
    assert "magnitude" not in test.selectbox(key="ranking-against").options
    test.selectbox(key="ranking-against").set_value("random").run()
    compared = sent(test, 1)
    assert compared["view"] == "comparison"
    assert compared["sent"]["main"]["score"] == "magnitude"
    again(test, step="prune:score=random")
    assert test.selectbox(key="ranking-against").value == "none"


def test_what_repair_made_of_the_weights_follows_when_it_is_measured(engine: Engine) -> None:
    test = panel("Weights", "prune:sparsity=0.8")
    assert sent(test)["measured"] == {"at": 0.8}
    assert sent(test)["sent"]["repaired"]["zeros"] > 0
    again(test, step="prune:sparsity=0.7", unsettled="1")
    assert sent(test)["measured"] is None and list(sent(test)["versions"]) == ["main"]


def test_measured_channels_stand_in_for_foreseen_ones(engine: Engine) -> None:
    step = "prune-channels:ratio=0.5"
    point = bundled.points("digits/cnn")[Recipe.build("digits/cnn", [step]).key]
    shapes = {tensor.name: tensor.shape for tensor in point.layers}
    found = sent(panel("Ranking", step))
    assert found["measured"]["widths"]["conv1"] == shapes["conv1.weight"][0]
    assert found["measured"]["macs"] == point.value("macs")
    assert sent(panel("Weights", step))["measured"] == found["measured"]


def test_zeros_are_counted_by_layer_and_their_saving_is_told(engine: Engine) -> None:
    step = "prune:sparsity=0.8"
    point = bundled.points("digits/cnn")[Recipe.build("digits/cnn", [step]).key]
    test = panel("Sparsity", step)
    table = test.get("html")[0].proto.body
    for tensor in point.layers:
        if tensor.name.endswith(".weight"):
            assert f"<td class=wide>{tensor.values:,}</td><td>{tensor.nonzero:,}</td>" in table
    assert "As counted in the measured model" in words(test)
    assert "The file is" in words(test) and "multiplications of its layers" in words(test)


def test_zeros_are_foreseen_until_they_are_measured(engine: Engine) -> None:
    test = panel("Sparsity", "prune:sparsity=0.8")
    again(test, step="prune:sparsity=0.62", unsettled="1")
    assert "Foreseen by the ranking" in words(test)
    assert "62 %</td>" in test.get("html")[0].proto.body.rpartition("<tr>")[2]


@pytest.mark.parametrize(("name", "technique", "knob"), PANEL_STEPS)
def test_a_panel_says_that_it_waits_or_what_failed(
    monkeypatch: pytest.MonkeyPatch, name: str, technique: str, knob: str
) -> None:
    monkeypatch.setattr(data, "engine", lambda: Engine(lambda *_: None))
    assert "Computing" in words(panel(name, technique))
    engine = Engine(lambda *_: None)
    monkeypatch.setattr(data, "engine", lambda: engine)
    assert "easur" in words(panel(name, technique, unsettled="1"))
    assert not engine.asked

    def fail(*_: object) -> None:
        raise LabError("The engine has gone fishing.")

    monkeypatch.setattr(data, "engine", lambda: Engine(fail))
    assert panel(name, technique).error[0].value == "The engine has gone fishing."


def measured(**values: float) -> Point:
    """A point with these figures, of 100 values of which 20 are left."""
    tensor = StoredTensor(
        name="fc.weight",
        shape=(10, 10),
        values=100,
        nonzero=20,
        bits=32,
        layout="bitmask",
        bytes=93,
    )
    figures = {
        name: Measurement(value=v, unit="", how="measured", low=0.99 * v, high=1.01 * v)
        for name, v in values.items()
    }
    made_up = a_point().model_copy(update={"layers": (tensor,)})
    return made_up.model_copy(update={"measurements": figures})


def test_words_say_what_the_file_saves_and_what_time_does_not() -> None:
    point, original = (
        measured(size_bytes=93, speedup=1.01, latency_ms=0.5),
        measured(size_bytes=400),
    )
    assert "4.3x smaller: 93 B instead of 400 B" in why_smaller(point, original)
    assert "20 weights and biases" in why_smaller(point, original)
    said = why_not_faster(point, 1000, 200)
    assert "**It runs about as fast as the original (0.5 ms)**" in said
    assert "all 1 k multiplications" in said and "200 would be left" in said


def test_words_claim_nothing_that_was_not_measured() -> None:
    assert why_smaller(measured(), measured()) == ""
    assert "not measured" in why_not_faster(measured(), 10, 10)
    assert "runs 1.4x as fast as the original**, and zeros have no part" in why_not_faster(
        measured(speedup=1.4), 10, 5
    )
    assert "no smaller" in why_smaller(measured(size_bytes=500), measured(size_bytes=400))


def test_channels_are_compared_with_those_of_another_score(engine: Engine) -> None:
    test = panel("Ranking", "prune-channels")
    test.selectbox(key="channels-against").set_value("l1").run()
    assert sent(test)["sent"]["other"]["score"] == "l1"
    assert "main" not in sent(test)["sent"]
    test.selectbox(key="channels-against").set_value("none").run()
    assert list(sent(test)["versions"]) == ["main"]
