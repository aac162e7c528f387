"""The panels below the plots, with an engine that answers at once, late, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression import insight
from compression.engine import Request
from compression.errors import LabError
from pages.parts import data

SCRIPT = """
import streamlit as st
from pkgutil import resolve_name
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.faces import FACES

recipe = Recipe.build("digits/cnn", [st.query_params.get("step", "quantize:bits=3")])
known = data.bundled_only("digits/cnn")
settled = "unsettled" not in st.query_params

@st.fragment
def panel():
    draw = resolve_name(FACES["quantize"].panels[st.query_params["panel"]])
    draw(recipe, None, known, settled)

panel()
st.text(st.session_state.get("layers", ""))
"""

Reply = Callable[[str, Mapping[str, Any]], Any]


class Engine:
    """Answers in this process; asked counts the questions."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Request[Any]:
        self.asked.append((question, dict(arguments)))
        answer = Request[Any]("key")
        try:
            value = self.reply(question, arguments)
            if value is not None:
                answer.tell_value(json.loads(json.dumps(value)))
        except LabError as error:
            answer.tell_error(str(error))
        return answer


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine(insight.answer)
    monkeypatch.setattr(data, "engine", lambda: engine)
    return engine


def panel(name: str, **query: str) -> AppTest:
    test = AppTest.from_string(SCRIPT, default_timeout=60)
    for key, value in {"panel": name, **query}.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception
    return test


def charts(test: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]


def bars(test: AppTest) -> dict[str, float]:
    """Where each bar of the editor stands."""
    editor = json.loads(test.get("bidi_component")[0].proto.json)
    return {row["name"]: row["chosen"] for row in editor["rows"]}


def words(test: AppTest) -> str:
    return " ".join(text.value for kind in ("markdown", "caption") for text in test.get(kind))


def test_the_number_line_draws_weights_levels_errors_and_formats(engine: Engine) -> None:
    test = panel("Number line", step="quantize:bits=3,method=nearest")
    line, errors, formats = charts(test)
    assert line["data"][2]["x"] == [-3, -2, -1, 0, 1, 2, 3]
    assert "scale" in line["layout"]["xaxis"]["title"]["text"]
    assert [trace["type"] for trace in errors["data"]] == ["bar"]
    assert formats["data"][0]["x"] == [3, 4, 5, 6, 7, 8]
    assert "7 whole numbers" in words(test) and "not the model faster here" in words(test)


def test_a_channel_that_is_chosen_is_asked_for_in_its_own_unit(engine: Engine) -> None:
    test = panel("Number line")
    test.selectbox(key="number-line-channel").set_value(3).run()
    assert not test.exception
    assert engine.asked[-2][1]["channel"] == 3
    assert charts(test)[0]["layout"]["xaxis"]["title"]["text"] == "Weight"


@pytest.mark.parametrize(
    "step",
    [
        "quantize:format=codebook,bits=3",
        "quantize:format=float,exponent=5,mantissa=10",
        "quantize:format=float,exponent=2,mantissa=1,group=32,scales=power-of-two",
        "quantize:bits=1,method=nearest",
        "quantize:bits=4,scheme=asymmetric,per=tensor",
        "quantize:bits=16",
    ],
)
def test_every_format_has_a_number_line(engine: Engine, step: str) -> None:
    test = panel("Number line", step=step)
    assert len(charts(test)) == 3
    assert "A weight is one of" in words(test)
    test.selectbox(key="number-line-channel").set_value(1).run()
    assert not test.exception


def test_the_scan_draws_two_bars_for_each_layer(engine: Engine) -> None:
    (chart,) = charts(panel("Sensitivity", step="quantize:bits=2"))
    alone, rest = chart["data"]
    assert alone["y"] == rest["y"] == ["conv1", "conv2", "fc"]
    assert None not in alone["x"]


def test_no_more_than_two_layers_are_asked_for_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a knob that moves on leaves behind is little."""
    whole = {"layer": "", "layers": list("abcdef"), "examples": 9, "kl_alone": 0, "kl_rest": 1}
    whole |= {"quality_alone": 0.9, "quality_rest": 0.8}
    engine = Engine(lambda question, asked: None if asked["layer"] else whole)
    monkeypatch.setattr(data, "engine", lambda: engine)
    test = panel("Sensitivity")
    assert [asked["layer"] for _, asked in engine.asked] == ["", "a", "b"]
    assert "0 of 6 layers" in words(test)


def test_bits_by_layer_are_solved_for_a_size_and_applied(engine: Engine) -> None:
    test = panel("Bits by layer")
    assert set(bars(test).values()) == {3}
    test.number_input(key="layer-budget").set_value(1.6).run()
    test.button(key="solve-bits").click().run()
    assert not test.exception
    solved = bars(test)
    assert len(set(solved.values())) > 1
    test.button(key="apply-bits").click().run()
    applied = test.session_state["layers"]
    assert set(applied.split(";")) == {
        f"{path}={bits}" for path, bits in solved.items() if bits != 3
    }


def test_a_size_that_cant_be_met_is_said_in_one_sentence(engine: Engine) -> None:
    test = panel("Bits by layer")
    test.number_input(key="layer-budget").set_value(0.1).run()
    test.button(key="solve-bits").click().run()
    assert "choose a size in between" in test.error[0].value


def test_a_new_budget_asks_the_workers_nothing_new(engine: Engine) -> None:
    test = panel("Bits by layer")
    before = {json.dumps(asked, sort_keys=True) for asked in engine.asked}
    for size in (1.5, 2.0):
        test.number_input(key="layer-budget").set_value(size).run()
        test.button(key="solve-bits").click().run()
    assert {json.dumps(asked, sort_keys=True) for asked in engine.asked} == before


def test_bits_by_layer_have_no_meaning_for_floats(engine: Engine) -> None:
    test = panel("Bits by layer", step="quantize:format=float")
    assert "alike in all layers" in words(test)
    assert not engine.asked


@pytest.mark.parametrize("name", ["Number line", "Bits by layer", "Sensitivity"])
def test_a_panel_says_that_it_waits_or_what_failed(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(data, "engine", lambda: Engine(lambda *_: None))
    assert "Computing" in words(panel(name))
    engine = Engine(lambda *_: None)
    monkeypatch.setattr(data, "engine", lambda: engine)
    assert "easur" in words(panel(name, unsettled="1"))
    assert not engine.asked

    def fail(*_: object) -> None:
        raise LabError("The engine has gone fishing.")

    monkeypatch.setattr(data, "engine", lambda: Engine(fail))
    assert panel(name).error[0].value == "The engine has gone fishing."
