"""What a recipe is taken along by: its link, its command, and files that are kept, made, or said to be missing."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression.store import Store
from compression.store.artifacts import ArtifactFolder
from pages.parts import data
from pages.parts.shell.opening import site_of
from tests.measured import a_point

SCRIPT = """
import streamlit as st
from compression.store import Store
from pages.parts.panels.this_point import this_point
from tests.measured import a_recipe

recipe = a_recipe(int(st.query_params["seed"]))
this_point(recipe, Store.open().get(recipe.key))
"""


class Reply:
    """An engine's answer that is there at once."""

    done = True

    def __init__(self, value: Any = None, error: str = "") -> None:
        self.value, self.error = value, error

    def wait(self, seconds: float) -> None:
        """It is done."""


def shown(seed: int, artifact: str | None = None) -> AppTest:
    """A point of its own for each test: what is stored stays."""
    Store.open().add(a_point(seed).model_copy(update={"artifact": artifact}))
    test = AppTest.from_string(SCRIPT, default_timeout=60)
    test.query_params["seed"] = str(seed)
    return test.run()


def answers(monkeypatch: pytest.MonkeyPatch, reply: Reply) -> list[tuple[str, dict[str, Any]]]:
    asked: list[tuple[str, dict[str, Any]]] = []

    class Engine:
        def ask(self, question: str, arguments: dict[str, Any]) -> Reply:
            asked.append((question, arguments))
            return reply

    monkeypatch.setattr(data, "engine", Engine)
    return asked


def test_its_words_link_and_command_name_all_of_it() -> None:
    test = shown(70)
    assert not test.exception
    assert "80 % zeros, then 4 bits (seed 70)" in test.markdown[0].value
    link, command = (code.value for code in test.code)
    assert link.endswith("model=fashion-mnist%2Flenet5&chain=prune_sparsity_0.8~quantize&seed=70")
    assert "--step prune:sparsity=0.8 --step quantize --seed 70" in command


def test_a_packed_file_that_is_kept_is_there_at_once() -> None:
    test = shown(71, ArtifactFolder().put(b"a packed file"))
    assert [button.label for button in test.get("download_button")] == [
        "Download the packed file (0.0 kB)",
        "Download the model card",
    ]
    assert [button.key for button in test.button] == ["make-onnx", "make-c"]


def test_a_file_that_was_dropped_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"content": base64.b64encode(b"x" * 1500).decode(), "note": "It computes in floats."}
    asked = answers(monkeypatch, Reply(value))
    test = shown(72, "0" * 64)
    test.button(key="make-packed").click().run()
    assert asked[0][0] == "packed_file" and asked[0][1]["kept"] == "0" * 64
    assert test.get("download_button")[0].label == "Download the packed file (1.5 kB)"
    assert "It computes in floats." in [caption.value for caption in test.caption]


def test_a_file_that_can_not_be_made_is_a_sentence_and_can_be_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answers(monkeypatch, Reply(error="No space left on the device."))
    test = shown(73)
    test.button(key="make-onnx").click().run()
    assert [error.value for error in test.error] == ["No space left on the device."]
    test.button(key="make-onnx").click().run()
    assert not test.exception and len(asked) == 2


def test_the_model_card_is_words_and_needs_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, Reply())
    test = shown(77)
    assert "Download the model card" in [
        button.proto.label for button in test.get("download_button")
    ]
    assert asked == []


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://lab:8501/pruning", "http://lab:8501"),
        ("http://lab:8501/channel-/channel-pruning", "http://lab:8501"),
        ("https://lab.org/tools/lab/channel-/channel-pruning", "https://lab.org/tools/lab"),
        ("https://lab.org/channel-/pruning", "https://lab.org/channel-"),
    ],
)
def test_a_link_begins_where_the_app_is_whichever_page_it_is_copied_on(url: str, site: str) -> None:
    assert site_of(url) == site
