"""Random chains of steps on every model: the file is what was measured, and what a step promised still holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from compression import api, artifact, models, pipeline
from compression.deploy.deploy import deploy, with_int8_ranges
from compression.deploy.in_turn import in_turn
from compression.deploy.runtime import open_session
from compression.deploy.runtimes import Session
from compression.encoding import Grid
from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, weight_names
from compression.models.rounded_activations import rounding
from compression.recipe import Recipe, format_step
from compression.techniques.context import StepContext
from compression.techniques.step import Step
from tests.applied import inputs
from tests.drawn import drawn_steps

CHAINS, LONGEST = 2, 4
"""For each model; raise the first for a longer search."""
SLOW = {"method": "adaround"}
"""Takes seconds where a model has many weights: the digits' models stand for all."""

chains = pytest.mark.parametrize("seed", range(CHAINS))
each_model = pytest.mark.parametrize("model", MODELS)


@cache
def original(model: str) -> Compressed:
    return Compressed(model_card(model), models.load(model))


def drawn(model: str, seed: int) -> tuple[Step, ...]:
    random = Random(f"{model} {seed}")
    while True:
        steps = drawn_steps(random, LONGEST, model)
        slow = any(SLOW.items() <= step.model_dump().items() for step in steps)
        if not slow or model.startswith("digits"):
            return steps


@cache
def stages(model: str, seed: int) -> tuple[tuple[Step, ...], tuple[Compressed, ...]]:
    """The steps that could be done, and the model before them and after each."""
    context = StepContext(inputs(model, 64), seed)
    steps = drawn(model, seed)
    begun = original(model) if steps[0].is_first else original(model).folded
    done, made = [], [begun]
    for step in steps:
        try:
            after = pipeline.technique(step)(made[-1], step, context)
            if after.slicing:  # whether it can be cut so is seen when it is deployed
                deploy(with_int8_ranges(after, inputs(model, 64).numpy()))
        except UsageError as refusal:
            assert "\n" not in str(refusal)
            break
        done.append(step)
        made.append(after)
    return tuple(done), tuple(made)


@torch.inference_mode()
def logits(module: torch.nn.Module, model: str) -> torch.Tensor:
    return module(inputs(model, 64))


def answers(session: Session, model: str) -> np.ndarray:
    return session.run(None, {"input": inputs(model, 64).numpy()})[0]


@each_model
@chains
def test_the_file_is_the_model_that_was_measured(model: str, seed: int, tmp_path: Path) -> None:
    steps, made = stages(model, seed)
    last = with_int8_ranges(made[-1], inputs(model, 64).numpy())
    recipe = Recipe(model=model, steps=steps)
    data = artifact.pack(last, recipe).data
    (tmp_path / "model").write_bytes(data)
    loaded = api.load(tmp_path / "model")
    assert torch.equal(logits(loaded.module, model), logits(rounding(last), model))
    assert artifact.pack(loaded, recipe).data == data
    alone = deploy(loaded)  # without any data: an int8 graph's ranges are in the file
    assert np.array_equal(
        answers(alone.exact_session(), model), answers(deploy(last).exact_session(), model)
    )


@each_model
@chains
def test_the_exported_file_computes_what_was_measured(model: str, seed: int) -> None:
    _, made = stages(model, seed)
    deployment = deploy(with_int8_ranges(made[-1], inputs(model, 64).numpy()))
    measured = answers(deployment.exact_session(), model)
    files = in_turn(
        [[open_session(part.exact_model) for part in stage] for stage in deployment.stages]
    )
    assert np.array_equal(answers(files, model), measured)
    if deployment.is_exact:
        assert np.array_equal(answers(deployment.session(), model), measured)


@each_model
@chains
def test_a_step_keeps_what_those_before_promised(model: str, seed: int) -> None:
    steps, made = stages(model, seed)
    for step, before, after in zip(steps, made, made[1:], strict=False):
        for name in weight_names(after.module):
            old, new = (each.module.get_parameter(name) for each in (before, after))
            if old.shape == new.shape:
                assert not new[old == 0].any(), f"{format_step(step)} filled zeros of {name}"
            assert all(n <= o for n, o in zip(new.shape, old.shape, strict=True))
            if step.technique != "quantize" and isinstance(before.formats.get(name), Grid):
                assert after.formats[name].bits == before.formats[name].bits
        assert set(before.activations) <= set(after.activations)
