"""A technique that trains a new network needs no words of its own: the shared page says what it can."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import ClassVar

import pytest

from compression.recipe import Recipe
from compression.techniques import TECHNIQUES
from compression.techniques.step import Step, knob
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.shell.lineage import stages
from pages.parts.shell.technique_page import NEW_NETWORK
from pages.techniques.face import Face, Sign
from tests.distilled import MODEL, words
from tests.measured import a_point
from tests.opened import alone


class Regrow(Step):
    """Train another network from nothing."""

    technique: ClassVar[str] = "regrow"
    label: ClassVar[str] = "Regrowth"
    summary: ClassVar[str] = "Train another network."

    width: int = knob(4, label="Width", low=1, high=8, step=1, help="Of its layers.")

    @property
    def is_trained(self) -> bool:
        return True

    @property
    def begins_anew(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    sign = Sign("regrowth", "pentagon", light="#333333", dark="#cccccc")
    monkeypatch.setitem(TECHNIQUES, "regrow", Regrow)
    monkeypatch.setitem(FACES, "regrow", Face(Regrow, "regrowth", "grass", sign))


def test_before_training_nothing_is_drawn_and_the_page_says_why() -> None:
    test = alone("regrowth", model=MODEL)
    assert not test.exception
    assert NEW_NETWORK in words(test)
    assert test.button(key="train").label.startswith("Train this setting (about ")


def test_a_trained_one_is_drawn_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe.build(MODEL, ["regrow:width=3"])
    point = a_point().model_copy(update={"recipe": recipe})
    known = data.bundled_only(MODEL)
    by_key = {**known.by_key, point.key: point}
    known = replace(known, version="1", points=(*known.points, point), by_key=by_key)
    monkeypatch.setattr(data, "known_or_bundled", lambda _: known)
    test = alone("regrowth", model=MODEL, width="3", details="Points")
    assert not test.exception
    assert NEW_NETWORK not in words(test)
    sent = json.loads(test.get("bidi_component")[0].proto.json)[0]
    assert sent["current"]["key"] == point.key


def test_its_lineage_begins_with_the_model() -> None:
    made = stages(Recipe.build(MODEL, ["regrow"]), data.bundled_only(MODEL))
    assert [stage.label for stage in made][1:] == [Regrow().describe()]
    assert made[0].figures != "not measured"
