"""What every panel promises that a face lists: it draws, or says what it waits for, what failed or what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression import insight
from compression.errors import LabError
from pages.parts import data
from pages.parts.faces import FACES
from pages.techniques.face import EVERYWHERE

panels = pytest.mark.parametrize(
    ("technique", "name"),
    [(face.name, name) for face in FACES.values() for name in face.panels]
    + [("quantize", name) for name in EVERYWHERE],
)
WORDS = ("markdown", "caption", "error")
PICTURES = ("bidi_component", "plotly_chart", "arrow_data_frame", "html")


@dataclass(frozen=True)
class Reply:
    """A request to the engine, as far as panels look at one."""

    value: Any = None
    error: str = ""
    done: bool = True
    progress: tuple[Any, ...] = ()
    point: None = None

    def wait(self, *_: object) -> None:
        pass

    def result(self, *_: object) -> Any:
        return self.value

    def cancel(self) -> None:
        pass


class Engine:
    """Replies to questions at once; measures nothing that it is asked for, and has no sweeps."""

    workers = 2

    def __init__(self, reply: Callable[[str, Mapping[str, Any]], Reply]) -> None:
        self.ask = reply

    def request(self, *_: object, **__: object) -> Reply:
        return Reply(done=False)

    def join(self, *_: object) -> None:
        return None

    def sweep(self, *_: object) -> None:
        return None


def panel(technique: str, name: str, *, settled: bool = True) -> AppTest:
    def script(technique: str, name: str, settled: bool) -> None:
        from pkgutil import resolve_name

        import streamlit as st

        from compression.recipe import Recipe
        from pages.parts import data
        from pages.parts.faces import FACES

        recipe = Recipe.build("digits/cnn", [technique])
        known = data.bundled_only(recipe.model)
        draw = resolve_name(FACES[technique].all_panels[name])
        st.fragment(draw)(recipe, known.by_key.get(recipe.key), known, settled)

    test = AppTest.from_function(script, args=(technique, name, settled), default_timeout=120)
    test.run()
    assert not test.exception
    return test


def words(test: AppTest) -> str:
    progress = [bar.proto.text for bar in test.get("progress")]
    return " ".join([*(text.value for kind in WORDS for text in test.get(kind)), *progress])


def pictures(test: AppTest) -> list[Any]:
    return [picture for kind in PICTURES for picture in test.get(kind)]


def answered(question: str, arguments: Mapping[str, Any]) -> Reply:
    try:
        return Reply(json.loads(json.dumps(insight.answer(question, arguments))))
    except LabError as error:
        return Reply(error=str(error))


def unanswered(_question: str, _arguments: Mapping[str, Any]) -> Reply:
    return Reply(done=False)


def failed(_question: str, _arguments: Mapping[str, Any]) -> Reply:
    return Reply(error="The engine has gone fishing.")


@panels
def test_a_panel_draws_or_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, technique: str, name: str
) -> None:
    monkeypatch.setattr(data, "engine", lambda: Engine(answered))
    test = panel(technique, name)
    assert not test.error
    assert pictures(test) or words(test)
    assert "Computing" not in words(test)


@panels
@pytest.mark.parametrize("settled", [True, False])
def test_a_panel_that_waits_says_so_or_draws_what_is_known(
    monkeypatch: pytest.MonkeyPatch, technique: str, name: str, settled: bool
) -> None:
    monkeypatch.setattr(data, "engine", lambda: Engine(unanswered))
    assert words(panel(technique, name, settled=settled))


@panels
def test_a_panel_says_what_failed(
    monkeypatch: pytest.MonkeyPatch, technique: str, name: str
) -> None:
    asked = []

    def fail(question: str, arguments: Mapping[str, Any]) -> Reply:
        asked.append(question)
        return failed(question, arguments)

    monkeypatch.setattr(data, "engine", lambda: Engine(fail))
    test = panel(technique, name)
    assert {error.value for error in test.error} == set(
        ["The engine has gone fishing."] * len(asked)
    )
