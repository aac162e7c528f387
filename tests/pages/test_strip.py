"""What the strip of test examples is sent, and the contrast of its signs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compression.models.catalogue import MODELS, model_card
from compression.point import Point
from pages.parts.data import Known
from pages.parts.plots.strip import strip_of
from tests.measured import a_measured
from tests.subjects.own import DATA


def known(*points: Point) -> Known:
    original = next((point for point in points if not point.recipe.steps), None)
    return Known("1", points, {point.key: point for point in points}, original)


def answering(point: Point, shown: str) -> Point:
    return point.model_copy(update={"shown": shown})


def test_the_strip_is_sent_the_answers_of_what_may_be_foreseen() -> None:
    original, first, second, old = (
        answering(a_measured(*steps, accuracy=0.9), shown)
        for steps, shown in (
            ([], "AP4="),
            (["quantize:bits=4"], "AfA="),
            (["quantize:bits=3"], "AvA="),
            (["quantize:bits=2"], ""),
        )
    )
    strip = strip_of("digits/mlp", known(original, first, second, old))
    assert strip is not None
    sent = strip.message([first.key, old.key])
    assert (sent["original"], sent["answers"]) == ("AP4=", {first.key: "AfA="})
    assert sent["left"] == {}
    assert sent["examples"].endswith("/examples/digits.json")
    assert sent["count"] == 24


def test_the_strip_is_sent_where_each_example_left() -> None:
    point = answering(a_measured("slice:exits=on", accuracy=0.9), "AfA=")
    point = point.model_copy(update={"left": "21"})
    strip = strip_of("digits/mlp", known(point))
    assert strip is not None and strip.message([point.key])["left"] == {point.key: "21"}


def test_a_users_own_data_has_no_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "digits/mlp", replace(model_card("digits/mlp"), data=DATA))
    assert strip_of("digits/mlp", known()) is None
