"""The toy's page, run by the test beside in a process whose tables have the toy's lines."""

from __future__ import annotations

import pytest

from compression import insight
from compression.store import Store
from pages.parts import data
from tests.contracts.test_panels import Engine, Reply
from tests.measured import a_measured
from tests.opened import alone, in_app

COSTS = {"latency_ms": 1.0, "speedup": 1.0, "energy_mj": 1.0, "memory_bytes": 1.0}


def test_toy_has_a_page_in_the_navigation_with_its_knob_and_its_text() -> None:
    test = in_app("coarsening")
    assert not test.exception
    assert [title.value for title in test.title] == ["Coarsening"]
    assert test.slider(key="places").value == 6
    said = [text.value for text in alone("coarsening", details="About").markdown]
    assert any(text.startswith("**Coarsening** rounds") for text in said)


def test_toy_point_and_its_metric_stand_on_the_cards() -> None:
    point = a_measured("coarsen", accuracy=0.9, size_bytes=4_000, distinct_values=123, **COSTS)
    Store.open().add(point)
    test = alone("coarsening", data="digits", model="digits/mlp")
    cards = " ".join(element.proto.body for element in test.get("html"))
    assert 'data-metric="distinct_values"' in cards and ">123<" in cards


def test_toy_panel_draws_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(question: str, arguments: dict) -> Reply:
        return Reply(insight.answer(question, arguments))

    from pkgutil import resolve_name

    from streamlit.testing.v1 import AppTest

    from pages.parts.faces import FACES

    assert callable(resolve_name(FACES["coarsen"].panels["Distinct values"]))
    monkeypatch.setattr(data, "engine", lambda: Engine(answer))
    test = AppTest.from_function(_panel, default_timeout=60).run()
    assert not test.exception
    table = test.dataframe[0].value
    assert list(table["Layer"]) == ["fc1.weight", "fc2.weight"]


def _panel() -> None:
    from compression.recipe import Recipe
    from pages.parts import data
    from tests.toy.panel import distinct_values

    recipe = Recipe.build("digits/mlp", ["coarsen"])
    distinct_values(recipe, None, data.bundled_only(recipe.model), True)
