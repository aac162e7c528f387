"""The local-only control in the panel Rounds: a button, how far it is, a sentence, and a line in a band."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import data
from pages.parts.panels.federated import alone
from tests.contracts.test_panels import Reply

ROUND = {"validation": 0.9, "bytes_up": 10, "bytes_down": 10, "taking_part": [0, 2]} | {
    name: [] for name in ("dropped", "late", "rejected", "note")
}
HISTORY = {
    "rounds": [{**ROUND, "number": 1}, {**ROUND, "number": 2}], "bytes_sent": 40,
    "clients": [[0.8, 0, 0.9]] * 2, "examples": [[5, 5], [0, 0], [9, 1]],
}  # fmt: skip
SCRIPT = """
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.federated.rounds import rounds
import streamlit as st
steps = st.query_params.get_all("step")
rounds(Recipe.build("digits/mlp", steps), None, data.bundled_only("digits/mlp"), True)
"""


class Engine:
    """Knows of the clients up to ``done``, and what it was asked."""

    def __init__(self, done: int) -> None:
        self.done = done
        self.asked: list[dict[str, Any]] = []

    def ask(self, question: str, arguments: dict[str, Any]) -> Reply:
        if question == "federated_rounds":
            return Reply({"federated": HISTORY, "control": None})
        assert question == "federated_alone"
        self.asked.append(arguments)
        client = arguments["client"]
        if client >= self.done:
            return Reply(done=False)
        return Reply({"client": client, "validation": [0.2, 0.4 + client / 10], "best": 0.48})


def drawn(monkeypatch: pytest.MonkeyPatch, engine: Engine, *steps: str) -> AppTest:
    monkeypatch.setattr(data, "engine", lambda: engine)
    page = AppTest.from_string(SCRIPT, default_timeout=30)
    page.query_params["step"] = list(steps or ("federate:clients=3,rounds=2",))
    return page.run()


def said(page: AppTest) -> str:
    assert not page.exception
    return " ".join(text.value for text in page.markdown)


def names(page: AppTest) -> list[str]:
    import json

    (chart,) = page.get("plotly_chart")
    return [trace.get("name") for trace in json.loads(chart.proto.spec)["data"]]


def test_nobody_is_trained_alone_before_the_button_is_pressed(monkeypatch) -> None:
    engine = Engine(done=3)
    page = drawn(monkeypatch, engine)
    assert engine.asked == [] and alone.NAME not in names(page)
    page.button(key="train-alone").click().run()
    assert [each["client"] for each in engine.asked] == [0, 2]  # 1 has no examples
    assert "Alone: 48 % on average (48 to 48)" in said(page) and alone.NAME in names(page)
    assert "train-alone" not in [button.key for button in page.button]


def test_how_many_have_learned_is_told_and_one_is_asked_about_at_a_time(monkeypatch) -> None:
    engine = Engine(done=0)
    page = drawn(monkeypatch, engine)
    page.button(key="train-alone").click().run()
    assert [each["client"] for each in engine.asked] == [0]
    engine.done = 1
    page.run()
    (progress,) = page.get("progress")
    assert "1 of 2" in progress.proto.text and "Alone:" not in said(page)


def test_it_can_be_stopped_and_taken_up_again(monkeypatch) -> None:
    engine = Engine(done=1)
    page = drawn(monkeypatch, engine)
    page.button(key="train-alone").click().run()
    page.button(key="stop-alone").click().run()
    asked = len(engine.asked)
    assert not page.get("progress") and len(page.run().button) == 1 and len(engine.asked) == asked
    engine.done = 3
    page.button(key="train-alone").click().run()
    assert "Alone: 48 %" in said(page)


def test_steps_after_it_ask_the_same_question(monkeypatch) -> None:
    engine = Engine(done=3)
    page = drawn(monkeypatch, engine, "federate:clients=3,rounds=2", "quantize:bits=4")
    page.button(key="train-alone").click().run()
    steps = engine.asked[0]["recipe"]["steps"]
    assert [step["technique"] for step in steps] == ["federate"]


def test_all_data_in_one_place_are_nobodys_alone(monkeypatch) -> None:
    page = drawn(monkeypatch, Engine(done=3), "federate:clients=1,split=iid,rounds=2")
    assert "Best in round" in said(page) and not page.button


def test_the_words_have_mean_lowest_and_highest() -> None:
    words = alone.describe([{"best": 0.48}, {"best": 0.65}, {"best": 0.7}])
    assert words.startswith("**Alone: 61 % on average (48 to 70).**")
