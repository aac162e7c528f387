"""What every question of ANSWERS promises: it is answered, for the smallest model too, in what JSON can hold."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from functools import cache
from pkgutil import resolve_name
from typing import Any

import pytest

from compression import insight, run
from compression.errors import UsageError
from compression.insight import ANSWERS
from compression.recipe import Recipe

questions = pytest.mark.parametrize("question", ANSWERS)

MODEL = "digits/mlp"
STEPS = {
    "quantization": "quantize:bits=3",
    "pruning": "prune:sparsity=0.5",
    "channels": "prune-channels:ratio=0.5",
    "slicing": "slice:stages=2",
    "federated": "federate:clients=4,rounds=2",
}
"""What a family is asked about; the runtimes, which are of no family, about a quantized model."""

VALUES: dict[str, Callable[[str], Any]] = {
    "recipe": lambda family: Recipe.build(
        MODEL, [STEPS.get(family, STEPS["quantization"])]
    ).model_dump(mode="json"),
    "layer": lambda family: "",
    "client": lambda family: 0,
    "part": lambda family: _first_part(family),
    "against": lambda family: "random",
    "teachers": lambda family: [MODEL],
    "student": lambda family: _packed_file("quantize:bits=3"),
    "exits": lambda family: _packed_file("slice:exits=on"),
}
"""What a question is asked with, by the name of its argument."""


def _first_part(family: str) -> str:
    parts = {"pruning": "layer_parts", "channels": "group_parts"}[family]
    return insight.answer(parts, arguments(parts))["parts"][0]["name"]


@cache
def _packed_file(step: str) -> str:
    kept = run(MODEL, [step], seed=99).artifact  # a seed of no bundled point
    assert kept
    return kept


def arguments(question: str) -> dict[str, Any]:
    """Those that a question can't do without."""
    family = ANSWERS[question].partition(":")[0].split(".")[-2]
    signature = inspect.signature(resolve_name(ANSWERS[question]))
    _model, *others = signature.parameters.values()
    needed = [each.name for each in others if each.default is each.empty]
    assert set(needed) <= set(VALUES), "tell VALUES what a question may be asked with"
    return {"model": MODEL} | {name: VALUES[name](family) for name in needed}


@questions
def test_it_is_answered_for_the_smallest_model_in_json(question: str) -> None:
    answer = insight.answer(question, arguments(question))
    assert json.loads(json.dumps(answer, allow_nan=False))


@questions
def test_an_argument_that_it_does_not_take_is_refused_in_a_sentence(question: str) -> None:
    with pytest.raises(UsageError, match=f"^{question} .*wisdom.*\\.$"):
        insight.answer(question, {**arguments(question), "wisdom": 1})


@questions
def test_without_what_it_needs_it_is_refused_in_a_sentence(question: str) -> None:
    with pytest.raises(UsageError, match=f"^{question} .*\\.$"):
        insight.answer(question, {})


def test_a_question_that_is_none_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="weights"):
        insight.answer("weight", {"model": MODEL})
