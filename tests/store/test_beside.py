"""What is kept beside points: answers survive, their figures stand on the points, and old stores do without."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from compression.point.pareto import front
from compression.recipe import Recipe
from compression.store import Store, sqlite
from tests.measured import a_measured

FLIPS = {"value": 0.02, "unit": "fraction", "how": "measured", "n": 540}
ANSWER = {"figures": {"flips": FLIPS}, "said": ["a", 1]}


def asked(steps: list[str], **others: Any) -> dict[str, Any]:
    recipe = Recipe.build("digits/mlp", steps)
    return {"model": recipe.model, "recipe": recipe.model_dump(mode="json"), **others}


def test_an_answer_is_found_again_wherever_its_file_was_kept(store: Store, file: Path) -> None:
    store.beside.keep("guards", asked(["prune"], kept="0" * 64), ANSWER)
    other = Store(f"sqlite:///{file}")
    assert other.beside.find("guards", asked(["prune"])) == ANSWER
    assert other.beside.find("guards", asked(["quantize"])) is None
    assert other.beside.find("changes", asked(["prune"])) is None


def test_of_what_is_asked_otherwise_the_answer_is_another(store: Store) -> None:
    store.beside.keep("robustness", asked(["prune"], epsilon=0.1), ANSWER)
    assert store.beside.find("robustness", asked(["prune"], epsilon=0.2)) is None


def test_other_questions_are_not_kept(store: Store) -> None:
    store.beside.keep("weights", asked(["prune"]), ANSWER)
    assert store.beside.find("weights", asked(["prune"])) is None


def test_the_point_has_its_figures_from_then_on(store: Store) -> None:
    store.add_all([a_measured("prune", accuracy=0.9), a_measured("quantize", accuracy=0.8)])
    before = store.version("digits/mlp")
    assert [p.value("flips") for p in store.known("digits/mlp")] == [None, None]
    store.beside.keep("guards", asked(["prune"]), ANSWER)
    cka = {"figures": {"cka": {"value": 0.5, "unit": "1", "how": "measured"}}}
    store.beside.keep("changes", asked(["prune"]), cka)
    assert store.version("digits/mlp") > before
    first, second = store.known("digits/mlp")
    assert (first.value("flips"), first.value("cka"), first.value("accuracy")) == (0.02, 0.5, 0.9)
    assert second.value("flips") is None
    assert front([first, second], "flips", "accuracy", {"flips": 0.05}) == [first]
    assert front([first, second], "flips", "accuracy", {"flips": 0.01}) == []


def test_a_damaged_row_is_as_if_it_were_not_there(
    store: Store, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.add(a_measured("prune", accuracy=0.9))
    store.beside.keep("guards", asked(["prune"]), ANSWER)
    with sqlite3.connect(file) as other:
        other.execute("UPDATE beside SET body = '{', figures = '{'")
    other.close()
    again = Store(f"sqlite:///{file}")
    assert again.beside.find("guards", asked(["prune"])) is None
    assert again.known("digits/mlp")[0].value("flips") is None
    assert "can't be read" in caplog.text


def test_a_store_of_before_that_takes_nothing_has_none(store: Store, file: Path) -> None:
    store.add(a_measured("prune", accuracy=0.9))
    store.close()
    with sqlite3.connect(file) as before:
        before.execute("DROP TABLE beside")
    before.close()
    store._database._engine = sqlite.without_writing(file)
    assert store.beside.find("guards", asked(["prune"])) is None
    assert len(store.known("digits/mlp")) == 1
