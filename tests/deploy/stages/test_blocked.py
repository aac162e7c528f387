"""What stages of one machine pass on in the runtime's own order: the same answers, and only where both agree."""

from __future__ import annotations

from functools import cache

import numpy as np
import onnx
import pytest

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.in_turn import in_turn
from compression.deploy.runtime import open_session
from compression.deploy.stages.blocked import _optimised, passed_in_blocks
from compression.models.catalogue import MODELS
from compression.recipe import Recipe
from compression.subjects import look_up

DEEP = ("fashion-mnist/ds-cnn", "fashion-mnist/resnet8")
STEPS = [("slice:stages=2", model) for model in MODELS] + [
    (step, model) for step in ("slice:stages=4", "slice:link_dtype=int8") for model in DEEP
]


@cache
def files(model: str, step: str) -> list[bytes]:
    deployment = deploy(pipeline.compress(look_up(model), Recipe.build(model, [step])))
    return [part.model for part in deployment.parts]


def ops(file: bytes) -> list[str]:
    return [node.op_type for node in onnx.load_from_string(file).graph.node]


def optimised(file: bytes) -> bytes:
    return bytes(_optimised(file).SerializeToString())


def answers(model: str, parts: list[bytes]) -> np.ndarray:
    session = in_turn([[open_session(part)] for part in parts])
    return session.run(None, {"input": look_up(model).data.test.inputs[:8]})[0]


@pytest.mark.parametrize(("step", "model"), STEPS)
def test_the_answers_stay_the_same(step: str, model: str) -> None:
    changed = passed_in_blocks(files(model, step))
    np.testing.assert_allclose(
        answers(model, changed), answers(model, files(model, step)), atol=1e-5
    )


@pytest.mark.parametrize("cut", [3, 4, 5, 8])
def test_at_any_cut_of_residual_blocks(cut: int) -> None:
    plain = files("fashion-mnist/resnet8", f"slice:cuts={cut}")
    changed = passed_in_blocks(plain)
    np.testing.assert_allclose(
        answers("fashion-mnist/resnet8", changed),
        answers("fashion-mnist/resnet8", plain),
        atol=1e-5,
    )


@pytest.mark.parametrize("model", DEEP)
def test_what_is_passed_on_is_not_put_in_order_and_in_blocks_again(model: str) -> None:
    plain = files(model, "slice:stages=2")
    first, last = (ops(optimised(file)) for file in plain)
    if "ReorderOutput" not in first:
        pytest.skip("This processor's registers are too narrow for blocks.")
    before, behind = map(ops, passed_in_blocks(plain))
    assert before.count("ReorderOutput") < first.count("ReorderOutput")
    assert behind.count("ReorderInput") < last.count("ReorderInput")


def test_a_file_without_convolutions_is_left_as_it_is() -> None:
    plain = files("digits/mlp", "slice:stages=2")
    assert passed_in_blocks(plain) == plain
