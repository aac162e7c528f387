"""The causes of a jump: each number is the difference of two measured points, by hand."""

from __future__ import annotations

from typing import Any

from compression.compare.changes import changes
from compression.compare.jump import explain
from compression.recipe import Recipe
from tests.measured import a_measured

SHARP = 0.001
BEFORE = a_measured(
    "prune:sparsity=0.5", "quantize:bits=4", accuracy=0.95, size_bytes=1000, spread=SHARP
)
AFTER = a_measured(
    "prune:sparsity=0.8", "quantize:bits=2", accuracy=0.85, size_bytes=400, spread=SHARP
)
ONLY_BITS = a_measured(
    "prune:sparsity=0.5", "quantize:bits=2", accuracy=0.87, size_bytes=600, spread=SHARP
)
ONLY_ZEROS = a_measured(
    "prune:sparsity=0.8", "quantize:bits=4", accuracy=0.94, size_bytes=700, spread=SHARP
)


def known(*points: Any) -> dict[str, Any]:
    return {point.key: point for point in points}


def test_a_change_stands_alone_in_the_first_recipe_and_lacks_in_the_last() -> None:
    bits = next(c for c in changes(BEFORE.recipe, AFTER.recipe) if "bits" in c.words)
    assert bits.words == "changing bits of quantization from 4 to 2"
    assert bits.alone == ONLY_BITS.recipe and bits.without == ONLY_ZEROS.recipe


def test_the_setting_that_costs_most_alone_comes_first() -> None:
    jump = explain(BEFORE, AFTER, known(ONLY_BITS, ONLY_ZEROS))
    assert ["of quantization" in cause.text for cause in jump.causes] == [True, False]
    assert "alone 8.0 points lower and 1.7x smaller" in jump.causes[0].text
    assert jump.sentence.startswith(
        "Accuracy falls by 10.0 points and the file becomes 2.5x smaller"
    )


def test_what_nobody_measured_alone_is_said_to_be_so() -> None:
    jump = explain(BEFORE, AFTER, {})
    assert all(cause.text.endswith("not measured alone") for cause in jump.causes)
    assert "none of them was measured alone" in jump.sentence


def test_a_single_change_is_the_whole_jump() -> None:
    jump = explain(BEFORE, ONLY_BITS, {})
    assert "all by changing bits of quantization from 4 to 2" in jump.sentence
    assert "8.0 points lower" in jump.causes[0].text


def test_a_difference_within_the_error_is_none() -> None:
    wide = [p.model_copy(update={"measurements": {
        "accuracy": p.measurements["accuracy"].model_copy(update={"low": 0.5, "high": 0.99})}})
        for p in (BEFORE, ONLY_ZEROS)]  # fmt: skip
    assert explain(wide[0], wide[1], {}).sentence.startswith("Accuracy stays within the error, ")


def test_layers_and_classes_are_ranked_by_the_answer() -> None:
    answer = {
        "layers": [{"name": "one", "cka": 0.9}],
        "classes": ["shoe", "shirt", "coat"],
        "by_class": [
            {"counted": 9, "change": 0.1, "high": 0.2},
            {"counted": 9, "change": -0.3, "high": -0.1},
            {"counted": 9, "change": -0.4, "high": 0.1},
        ],
    }
    jump = explain(BEFORE, AFTER, {}, answer)
    assert [c.text for c in jump.causes if c.kind == "class"] == ["shirt (30.0 points)"]
    assert jump.sentence.endswith("shirt (30.0 points) lost most.")


def test_an_added_step_is_one_change() -> None:
    (added,) = changes(Recipe.build("digits/mlp"), Recipe.build("digits/mlp", ["quantize:bits=3"]))
    assert added.words.startswith("adding quantization (3 bits")
    assert added.without == Recipe.build("digits/mlp")


def test_the_same_recipe_has_no_causes() -> None:
    assert explain(BEFORE, BEFORE, {}).causes == ()
