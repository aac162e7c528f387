"""Whatever is given as a recipe, a step or a seed: it is one, or a sentence says why not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compression.errors import UsageError
from compression.point.spread import parse_seeds
from compression.recipe import Recipe, parse_step, recipe_from_dict
from compression.techniques import TECHNIQUES

KNOBS = sorted({knob.name for step in TECHNIQUES.values() for knob in step.knobs()})
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=3)
    | st.sampled_from([*TECHNIQUES, "digits/mlp", 10**400, "9" * 5000])
)  # fmt: skip
NAMES = st.sampled_from(["technique", *KNOBS]) | st.text(max_size=4)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)  # fmt: skip
RECIPES = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "model": st.just("digits/mlp") | VALUES,
        "steps": st.lists(st.dictionaries(NAMES, VALUES, max_size=4) | VALUES, max_size=3) | VALUES,
        "seed": VALUES,
        "more": VALUES,
    },
)
PAIRS = st.tuples(
    NAMES,
    st.text(max_size=6) | st.integers().map(str) | st.floats().map(str) | st.just("9" * 5000),
)
STEPS = st.text() | st.builds(
    lambda name, pairs: f"{name}:" + ",".join(f"{knob}={value}" for knob, value in pairs),
    st.sampled_from([*TECHNIQUES, ""]),
    st.lists(PAIRS, max_size=3),
)


def refusal(function: Any, given: Any) -> str:
    """The sentence; empty where it was taken. Whatever else is raised is a traceback."""
    try:
        function(given)
    except UsageError as error:
        return str(error)
    return ""


@settings(max_examples=150, deadline=None)
@given(RECIPES)
def test_garbage_is_no_recipe_and_no_traceback(data: Any) -> None:
    said = refusal(recipe_from_dict, data)
    assert len(said) < 1000
    if not said:
        assert isinstance(recipe_from_dict(data), Recipe)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_garbage_is_no_step_and_no_traceback(text: str) -> None:
    assert len(refusal(parse_step, text)) < 1000


@given(st.text(alphabet="0123456789.| -x²") | st.just("9" * 5000) | st.just("0" * 5000 + "..1"))
def test_garbage_is_no_seed_and_no_traceback(text: str) -> None:
    said = refusal(parse_seeds, text)
    assert said.startswith("--seed") or all(seed >= 0 for seed in parse_seeds(text))


@pytest.mark.parametrize(
    "text",
    ["", ":", "prune:sparsity=", "prune:sparsity=1e999", "prune:sparsity=nan", "prune:sparsity=-inf",
     "quantize:bits=" + "9" * 10**7, "x" * 10**7, "prune:" + "a=1," * 10**6, "quantize:layers=" + "a=1;" * 10**6],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_a_wrong_step_is_one_short_sentence(text: str) -> None:
    assert 20 < len(refusal(parse_step, text)) < 500


@pytest.mark.parametrize(
    "number", [10**5000, -(10**5000), 1e308, float("nan")], ids=["long", "-long", "1e308", "nan"]
)
@pytest.mark.parametrize("knob", ["sparsity", "seed"])
def test_a_number_that_python_refuses_to_write_is_refused(knob: str, number: float) -> None:
    step = {"technique": "prune", **({} if knob == "seed" else {knob: number})}
    data = {"model": "digits/mlp", "steps": [step], "seed": number if knob == "seed" else 0}
    assert 20 < len(refusal(recipe_from_dict, data)) < 500
