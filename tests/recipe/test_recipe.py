"""Recipes: what is accepted, what is refused and how, and when two are the same."""

import hashlib
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compression.errors import UsageError
from compression.models.catalogue import weights_hash
from compression.recipe import (
    MEASURING_VERSION,
    Recipe,
    canonical_json,
    format_step,
    make_step,
    only_effective,
    parse_step,
    recipe_from_dict,
    step_to_dict,
)
from compression.techniques import TECHNIQUES
from compression.techniques.pruning.knobs import Prune
from compression.techniques.quantization.knobs import Quantize

MODEL = "digits/mlp"


def test_equal_recipes_have_equal_keys_however_they_were_written() -> None:
    typed = Recipe(model=MODEL, steps=(Prune(sparsity=0.8), Quantize(bits=4)))
    texts = Recipe.build(MODEL, ["prune:sparsity=0.80", "quantize:bits=4,per=channel"])
    data = recipe_from_dict(json.loads(typed.model_dump_json()))
    assert typed.key == texts.key == data.key
    assert len(typed.key) == 16


DEFAULTS: dict[str, dict[str, object]] = {
    "prune": {
        "sparsity": 0.5, "pattern": "free", "score": "lamp", "allocation": "global", "repair": "joint",
        "gradual": "on", "images": 512, "layers": "",
    },
    "prune-channels": {
        "ratio": 0.5, "match": "parameters", "score": "obs", "allocation": "gram", "repair": "refit",
        "multiple": 4, "images": 512, "widths": "",
    },
    "quantize": {
        "format": "int", "bits": 4, "exponent": 4, "mantissa": 3, "activations": 32, "method": "refit",
        "per": "channel", "group": 0, "scheme": "symmetric", "scales": "free", "bias": "corrected",
        "equalize": "off", "ends": "same", "rest": "16-bit", "calibration": "mse", "images": 512,
        "epochs": 1.0, "layers": "",
    },
}  # fmt: skip
"""As they were under MEASURING_VERSION 4: points are known by the knobs that differ from these."""


def test_whoever_changes_a_default_raises_the_measuring_version() -> None:
    assert MEASURING_VERSION == 4, "bring DEFAULTS up to date"
    for name, then in DEFAULTS.items():
        now = {knob.name: knob.default for knob in TECHNIQUES[name].knobs()}
        assert {knob: now.get(knob) for knob in then} == then


def test_a_knob_at_its_default_is_not_part_of_the_key() -> None:
    asked = {"model": MODEL, "steps": [{"technique": "prune", "sparsity": 0.7}], "seed": 0}
    text = canonical_json({**asked, "weights": weights_hash(MODEL), "measuring": MEASURING_VERSION})
    expected = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert Recipe.build(MODEL, ["prune:sparsity=0.7,score=lamp"]).key == expected


def test_model_steps_order_knobs_and_seed_all_change_the_key() -> None:
    steps = (Prune(sparsity=0.8), Quantize(bits=4))
    recipes = [
        Recipe(model=MODEL, steps=steps),
        Recipe(model="digits/cnn", steps=steps),
        Recipe(model=MODEL, steps=steps[::-1]),
        Recipe(model=MODEL, steps=steps[:1]),
        Recipe(model=MODEL, steps=(Prune(sparsity=0.81), Quantize(bits=4))),
        Recipe(model=MODEL, steps=steps, seed=1),
    ]
    assert len({recipe.key for recipe in recipes}) == len(recipes)


def test_a_float_that_differs_by_rounding_alone_is_the_same_question() -> None:
    assert (
        Recipe(model=MODEL, steps=(Prune(sparsity=0.1 + 0.2),)).key
        == Recipe(model=MODEL, steps=(Prune(sparsity=0.3),)).key
    )


TEXTS = {
    "slice": "1",
    "prune": "conv=0.2;fc=0",
    "prune-channels": "conv1=8;fc=3",
    "quantize": "conv=8;fc=1.58",
    "distill:student": "mlp-w8-d2",
    "distill:teacher": f"{MODEL}+original",
}
"""What a technique's knob that is a text, or one of several such, may hold."""


@pytest.mark.parametrize("technique", TECHNIQUES.values(), ids=TECHNIQUES)
def test_every_step_survives_text_and_json(technique) -> None:
    for knob in technique.knobs():
        setting = {name: values[0] for name, values in knob.when.items()}
        name = technique.technique
        text = TEXTS.get(f"{name}:{knob.name}") or TEXTS.get(name)
        for value in (text, knob.default) if knob.is_text else knob.grid(5):
            step = technique(**setting, **{knob.name: value})
            assert parse_step(format_step(step)) == step
            assert recipe_from_dict({"model": MODEL, "steps": [step_to_dict(step)]}).steps == (
                step,
            )


@pytest.mark.parametrize("technique", TECHNIQUES.values(), ids=TECHNIQUES)
def test_every_knob_says_what_it_is(technique) -> None:
    for knob in technique.knobs():
        assert knob.label and knob.help.endswith(".")
        if knob.choices:
            assert knob.default in get_args(technique.model_fields[knob.name].annotation)
        elif knob.values:
            assert knob.default in knob.values
            assert list(knob.values) == sorted(set(knob.values))
        elif not knob.is_text:
            assert knob.low <= knob.default <= knob.high
            assert knob.step > 0
        for name, values in knob.when.items():
            other = next(other for other in technique.knobs() if other.name == name)
            assert set(values) <= set(other.grid())


@pytest.mark.parametrize(
    ("model", "step", "says"),
    [
        ("digits/mpl", "prune", "did you mean digits/mlp"),
        (MODEL, "prunes", "did you mean prune"),
        (MODEL, "prune:sparsty=0.5", "did you mean sparsity"),
        (MODEL, "prune:sparsity=1.5", "must be a number from 0 to 0.98"),
        (MODEL, "prune:sparsity=-0.1", "must be a number from 0 to 0.98"),
        (MODEL, "prune:sparsity=nan", "must be a number from 0 to 0.98"),
        (MODEL, "prune:sparsity=inf", "must be a number from 0 to 0.98"),
        (MODEL, "prune:sparsity=high", "must be a number from 0 to 0.98"),
        (MODEL, "quantize:bits=4.5", "must be one of 1, 1.58, 2, 3"),
        (MODEL, "quantize:bits=99", "must be one of 1, 1.58, 2, 3"),
        (MODEL, "quantize:bits=four", "must be one of 1, 1.58, 2, 3"),
        (MODEL, "quantize:group=9", "must be one of 0, 8, 16"),
        (MODEL, "quantize:exponent=5", "exponent only counts with format=float: leave it out"),
        (MODEL, "quantize:format=float,bits=8", "bits only counts with format=int or codebook"),
        (MODEL, "quantize:layers=fc", "layers must look like conv1=8;fc=4"),
        (MODEL, "quantize:layers=fc=9", "layers must look like conv1=8;fc=4"),
        (MODEL, "prune:layers=fc=0.5;fc=0.9", "each once, not fc twice"),
        (MODEL, "prune-channels:widths=fc1=0", "with whole numbers from 1, not 'fc1=0'"),
        (MODEL, "quantize:per=row", "must be one of channel, tensor"),
        (MODEL, "prune:sparsity", "malformed at 'sparsity'"),
        (MODEL, "prune:=3", "malformed"),
        (MODEL, "prune:sparsity=0.1,sparsity=0.2", "twice"),
        (MODEL, "", "no technique"),
    ],
)
def test_a_wrong_question_is_refused_in_one_sentence(model: str, step: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        Recipe.build(model, [step])
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "data",
    [
        {"model": MODEL, "steps": "prune"},
        {"model": MODEL, "steps": [{"sparsity": 0.5}]},
        {"model": MODEL, "steps": [3]},
        {"model": MODEL, "steps": [], "seed": -1},
        {"model": MODEL, "steps": [], "extra": 1},
        {"model": MODEL, "steps": [{"technique": "prune"}] * 9},
        {"steps": []},
    ],
)
def test_untrusted_data_is_refused_in_one_sentence(data: dict) -> None:
    with pytest.raises(UsageError) as refusal:
        recipe_from_dict(data)
    assert "\n" not in str(refusal.value)


@given(st.text(max_size=60))
def test_no_text_is_worse_than_a_usage_error(text: str) -> None:
    try:
        parse_step(text)
    except UsageError as refusal:
        assert "\n" not in str(refusal)


def test_knobs_without_effect_are_left_out_and_the_step_is_then_possible() -> None:
    stand = {"format": "float", "bits": 8, "exponent": 5, "mantissa": 2, "scheme": "asymmetric"}
    kept = only_effective(Quantize, stand)
    assert kept == {"format": "float", "exponent": 5, "mantissa": 2}
    assert make_step(Quantize, kept).describe() == "E5M2 floats"


def test_a_copy_with_other_values_has_a_key_of_its_own() -> None:
    recipe = Recipe.build("digits/mlp", ["prune:sparsity=0.5"])
    other = Recipe.build("digits/mlp", ["prune:sparsity=0.5"], seed=1)
    assert recipe.key != other.key  # the first is cached now
    assert recipe.model_copy(update={"seed": 1}).key == other.key
