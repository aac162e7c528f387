"""Recipes side by side: equal steps meet, and only what differs is told apart."""

from __future__ import annotations

from compression.compare.settings import settings, slots
from compression.recipe import Recipe

MODEL = "digits/mlp"


def recipes(*steps: list[str]) -> list[Recipe]:
    return [Recipe.build(MODEL, each) for each in steps]


def names(found: object) -> list[list[str]]:
    return [[step.technique if step else "" for step in row] for row in found]  # type: ignore[attr-defined]


def test_equal_techniques_share_a_slot_and_missing_ones_leave_a_gap() -> None:
    rows = slots(recipes(["prune", "quantize"], ["quantize"], []))
    assert names(rows) == [["prune", "", ""], ["quantize", "quantize", ""]]


def test_another_order_is_seen_as_one() -> None:
    rows = slots(recipes(["prune", "quantize"], ["quantize", "prune"]))
    assert {name for row in names(rows) for name in row} == {"prune", "quantize", ""}
    assert [row.count("") for row in names(rows)].count(1) == 2
    assert len(rows) == 3


def test_only_the_knob_that_moved_differs() -> None:
    found = settings(recipes(["quantize:bits=4"], ["quantize:bits=2"], ["quantize:bits=4"]))
    (moved,) = [row for row in found if row.differs]
    assert moved.label == "Quantization: bits"
    assert moved.values == (4, 2, 4)


def test_a_knob_without_effect_is_not_told() -> None:
    found = settings(recipes(["quantize:format=float"], ["quantize:format=float"]))
    assert "bits" not in {row.knob.name for row in found if row.knob}


def test_seeds_are_a_row_where_one_is_not_zero() -> None:
    one = Recipe.build(MODEL, ["quantize"], seed=1)
    assert settings([one, *recipes(["quantize"])])[-1].values == (1, 0)
    assert all(row.place >= 0 for row in settings(recipes(["quantize"], ["prune"])))
