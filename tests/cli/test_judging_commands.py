"""``robustness`` and ``compare``: what they print, what they keep, and what they refuse."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from compression.__main__ import app
from compression.errors import UsageError
from compression.recipe import Recipe
from compression.store import Store

MODEL = "digits/mlp"


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.stdout


def test_robustness_says_the_minimum_of_both_attacks_and_the_point_has_it() -> None:
    asked = ("robustness", MODEL, "--step", "quantize:bits=3", "--seed", "7", "--json")
    found = json.loads(run(*asked))["compressed"]
    assert found["attacked"]["value"] <= min(found[k]["value"] for k in ("own", "transferred"))
    recipe = Recipe.build(MODEL, ["quantize:bits=3"], 7).model_dump(mode="json")
    arguments = {"model": MODEL, "recipe": recipe, "attack": "pgd", "epsilon": 0.03}
    assert Store.open().beside.find("robustness", {**arguments, "examples": 1000}) is not None
    assert json.loads(run(*asked))["compressed"] == found


def test_compare_tells_flips_classes_layers_and_calibration() -> None:
    said = run("compare", MODEL, "--step", "quantize:bits=2")
    for part in ("flipped:", "class 0:", "calibration error:", "likeness of fc1:"):
        assert part in said
    document = json.loads(run("compare", MODEL, "--step", "quantize:bits=2", "--json"))
    assert document["figures"]["flips"]["value"] == document["flipped"]["value"] > 0
    assert not any("image" in flip for flip in document["flips"])


def test_compare_takes_another_recipe_in_the_original_s_place() -> None:
    same = ("--step", "quantize:bits=3")
    words = ("compare", MODEL, *same, "--with", " ".join(same), "--json")
    document = json.loads(run(*words))
    assert document["flipped"]["count"] == 0 and document["figures"] == {}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("robustness", MODEL, "--epsilon", "0"), "epsilon=0.0 can't be"),
        (("robustness", MODEL, "--attack", "cw"), "There is no attack 'cw'"),
        (("robustness", "watch/gru"), "noise, drop-out and drift"),
        (("compare", MODEL, "--with", "prune"), "--with 'prune' can't be"),
        (("compare", "digits/cnn", "--step", "distill"), "train it again"),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        run(*words)
    assert says in str(refused.value) and str(refused.value).endswith(".")
