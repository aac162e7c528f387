"""The exits panel: its words and rows, its curve drawn, and whose file it asks about."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression import insight
from compression.engine import Request
from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.slicing import exits

ANSWER = {
    "thresholds": [0.5, 0.9, 1.0], "costs": [40, 110], "whole_macs": 100, "suggested": 0.9, "shown": [],
    "validation": {"accuracy": [0.8, 0.9, 0.905], "macs": [40, 61.0, 110], "left": [[1, 0], [0.7, 0.3], [0, 1]],
                   "alone": [0.8, 0.905], "counted": 500},
    "test": {"accuracy": [0.79, 0.89, 0.9], "macs": [40, 61.0, 110], "left": [[1, 0], [0.7, 0.3], [0, 1]],
             "alone": [0.79, 0.9], "counted": 1000},
}  # fmt: skip
SCRIPT = """
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.slicing.exits import exits
import streamlit as st
exits(Recipe.build("digits/cnn", [st.query_params["step"]]), None, data.bundled_only("digits/cnn"), True)
"""


class Engine:
    def ask(self, question: str, arguments: dict[str, Any]) -> Request[Any]:
        assert question in insight.ANSWERS and arguments["exits"] == "digest"
        answer = Request[Any]("key")
        answer.tell_value(ANSWER)
        return answer


def drawn(step: str) -> AppTest:
    page = AppTest.from_string(SCRIPT, default_timeout=30)
    page.query_params["step"] = step
    return page.run()


def test_the_words_say_what_is_spared_and_what_it_costs() -> None:
    said = exits.describe(ANSWER, 1)
    assert "39 % fewer" in said and "1.0 points less" in said and "30 % travel" in said
    assert "10 % more" in exits.describe(ANSWER, 2)


def test_a_row_says_what_a_device_knows_and_who_leaves_there() -> None:
    first, last = exits.rows(ANSWER, 1)
    assert list(first.values()) == ["1", "79.0 %", "70.0 %", "40 % of the whole model's"]
    assert last["Leave here"] == "30.0 %" and last["Multiply-adds until here"].startswith("110 %")


def test_the_panel_draws_the_curve_and_offers_the_threshold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exits, "trained_alike", lambda recipe, known: "digest")
    monkeypatch.setattr(data, "engine", Engine)
    page = drawn("slice:exits=on,threshold=0.5")
    assert not page.exception and len(page.table) == 1 and len(page.get("plotly_chart")) == 1
    (button,) = page.button
    assert button.label == "Leave above 0.9: 39 % saved" and not button.disabled


@pytest.mark.parametrize(
    ("step", "said"), [("slice", exits.OFF), ("slice:exits=on", exits.UNTRAINED)]
)
def test_without_trained_heads_it_says_what_to_do(step: str, said: str) -> None:
    page = drawn(step)
    assert [caption.value for caption in page.caption] == [said] and not page.button


def test_heads_are_found_whatever_threshold_they_were_measured_at() -> None:
    def point(step: str, artifact: str | None) -> Point:
        recipe = Recipe.build("digits/cnn", [step])
        return data.bundled_only("digits/cnn").original.model_copy(
            update={"recipe": recipe, "artifact": artifact}
        )

    points = [
        point("prune:sparsity=0.5", "other"),
        point("slice:exits=labels", "control"),
        point("slice:exits=on", None),
        point("slice:exits=on,threshold=0.7", "heads"),
    ]
    known = data.Known("", tuple(points), {point.recipe.key: point for point in points}, None)
    wanted = Recipe.build("digits/cnn", ["slice:exits=on,threshold=0.8"])
    assert exits.trained_alike(wanted, known) == "heads"
    assert (
        exits.trained_alike(Recipe.build("digits/cnn", ["slice:stages=3,exits=on"]), known) is None
    )
