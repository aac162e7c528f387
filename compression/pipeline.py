"""The sentence itself: a recipe becomes a measured point. The only file where all rooms meet; worker side.

subject -> each step -> pack -> deploy -> measure -> Point
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch

from compression import artifact
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Deployment
from compression.errors import StoreError, UsageError
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.environment import environment
from compression.measure.everything import measure
from compression.measure.latency import FULL, QUICK, Budget
from compression.measure.runtimes import RuntimeResult, compare_runtimes
from compression.models.compressed import Compressed
from compression.point import Measurement, Point
from compression.recipe import Recipe
from compression.recipe.batches import up_to_training
from compression.store.artifacts import ArtifactFolder
from compression.subjects import Subject
from compression.techniques.context import StepContext
from compression.techniques.shared.bounded_cache import BoundedCache
from compression.techniques.shared.images import MOST
from compression.techniques.step import Step
from compression.training.checkpoints import Checkpoint
from compression.training.data import Training
from compression.training.progress import OnProgress, ignore
from datasets import Split

RANGE_EXAMPLES, QUICK_RANGE_EXAMPLES = 256, 64
"""Calibration inputs that show the range of a sum or a mean between int8 layers; fewer for an estimate."""


def compress(subject: Subject, recipe: Recipe, report: OnProgress = ignore) -> Compressed:
    """The recipe's steps, one after the other, on the trained model; batch norms folded at the end.

    A step that trains tells ``report`` how far it is. What it has trained is kept for a while, so that the
    same steps, alone or at the beginning of another recipe, need no second training.
    """
    return _made(subject, recipe, report).folded


def before_last_step(subject: Subject, recipe: Recipe, report: OnProgress = ignore) -> Compressed:
    """The model as the recipe's last step is given it: batch norms are there unless a step has folded them."""
    before = recipe.model_copy(update={"steps": recipe.steps[:-1]})
    return _made(subject, before, report)


def _made(subject: Subject, recipe: Recipe, report: OnProgress) -> Compressed:
    """What the recipe's last step makes; the original where there is none."""
    if recipe.model != subject.card.id:
        raise ValueError(f"The recipe is for {recipe.model}, not for {subject.card}.")
    if not recipe.steps:
        return subject.original
    made = _STEPS.get(recipe.key)
    if made is None:
        given, step = before_last_step(subject, recipe, report), recipe.steps[-1]
        torch.manual_seed(recipe.seed)
        made = technique(step)(given, step, context_of(subject, recipe, report))
        if not recipe.is_trained:  # a training's result is kept on disk
            _STEPS.put(recipe.key, made, _size_bytes(made))
    return made


def train_together(
    subject: Subject, recipes: Sequence[Recipe], report: OnProgress = ignore
) -> None:
    """Train what `batches` has put together in one run: `compress` of each then finds its training done."""
    begun = {so_far.key: so_far for r in recipes if (so_far := up_to_training(r)) is not None}
    trainings = [
        (before_last_step(subject, so_far), so_far.steps[-1], context_of(subject, so_far, report))
        for so_far in begun.values()
    ]
    if len(trainings) > 1:
        _, step, context = trainings[0]
        work: Callable[..., None] = _named(step.together)
        work(trainings, context.labelled.report)


_STEPS: BoundedCache[Compressed] = BoundedCache(16 * 2**20)
"""What recent steps made, which their callers leave unchanged: an estimate and the full measurement that follows it
compress once, and the longer recipes of a sweep share their first steps."""


def _size_bytes(compressed: Compressed) -> int:
    return sum(value.nbytes for value in compressed.module.state_dict().values())


def estimate(subject: Subject, recipe: Recipe) -> Point:
    """A first answer within a slider's move: accuracy on 1,000 test examples, a short timing."""
    if recipe.is_trained:
        raise UsageError(f"{recipe.describe()} is trained, which no estimate can do: run it.")
    compressed = compress(subject, recipe)
    packed_file = artifact.pack(compressed, recipe)
    return Point(
        recipe=recipe,
        measurements=_measured(subject, compressed, packed_file.data, subject.subset, QUICK),
        environment=environment(),
        stage="estimate",
        layers=packed_file.tensors,
    )


def run(subject: Subject, recipe: Recipe, report: OnProgress = ignore) -> Point:
    """The point: the whole test set and a full timing. ``report`` is told how far a training is."""
    compressed = compress(subject, recipe, report)
    packed_file = artifact.pack(compressed, recipe)
    return Point(
        recipe=recipe,
        measurements=_measured(subject, compressed, packed_file.data, subject.data.test, FULL),
        environment=environment(),
        layers=packed_file.tensors,
        artifact=_kept(packed_file.data),
    )


def verify(subject: Subject, recipe: Recipe, compressed: Compressed, packed_file: bytes) -> Point:
    """The point of a packed file, from the recipe and the model that `artifact.unpack` found in it."""
    return Point(
        recipe=recipe,
        measurements=_measured(subject, compressed, packed_file, subject.data.test, FULL),
        environment=environment(),
    )


def screen(subject: Subject, recipe: Recipe, examples: int) -> float:
    """Accuracy alone, on the first ``examples`` of the test set: for maps of many recipes."""
    test = subject.data.test.take(slice(0, examples))
    deployment = deployed(subject, compress(subject, recipe), QUICK_RANGE_EXAMPLES)
    accuracy = accuracy_of_onnx(deployment.exact_session(), test).value
    assert accuracy is not None
    return accuracy


def packed(subject: Subject, recipe: Recipe) -> bytes:
    """The recipe's packed file."""
    return artifact.pack(compress(subject, recipe), recipe).data


def onnx_file(subject: Subject, recipe: Recipe) -> bytes:
    """The recipe's model as an ONNX file, with the kernels it is timed with."""
    (part,) = deployed(subject, compress(subject, recipe)).parts
    return part.model


def deployed(
    subject: Subject, compressed: Compressed, range_examples: int = RANGE_EXAMPLES
) -> Deployment:
    """The model as a user would deploy it."""
    return deploy(compressed, subject.data.calibration.inputs[:range_examples])


def kept(digest: str) -> Compressed | None:
    """The model in a packed file that a measurement kept on this machine; None if it was dropped since."""
    packed_file = ArtifactFolder().get(digest)
    return None if packed_file is None else artifact.unpack(packed_file)[0]


def measure_runtimes(subject: Subject, recipe: Recipe) -> tuple[RuntimeResult, ...]:
    """The recipe's model in every runtime that is installed, in turns with the original in ONNX Runtime."""
    compressed = compress(subject, recipe)
    return compare_runtimes(subject, compressed, deployed(subject, compressed))


def warm(subject: Subject) -> None:
    """Load everything a first request for this model needs."""
    estimate(subject, Recipe(model=subject.card.id))


Technique = Callable[[Compressed, Any, StepContext], Compressed]


def technique(step: Step) -> Technique:
    """The function that does a step's work, imported when it is first needed."""
    work: Technique = _named(step.implementation)
    return work


def _named(function: str) -> Any:
    """What stands at ``module:name``."""
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)


def context_of(subject: Subject, recipe: Recipe, report: OnProgress = ignore) -> StepContext:
    """What the recipe's last step may use besides the model: labels only where it asks for them."""
    step = recipe.steps[-1]
    return StepContext(
        calibration=subject.calibration_for(recipe.seed, MOST),
        seed=recipe.seed,
        training=_training(subject, recipe, report)
        if step.is_trained or step.needs_labels
        else None,
        trained_model=subject.trained_model,
    )


def _training(subject: Subject, recipe: Recipe, report: OnProgress) -> Training:
    """What the last step of a recipe is given to train with; its result is kept by that recipe."""
    return Training(
        load=subject.training_data,
        report=lambda progress: report(replace(progress, technique=recipe.steps[-1].technique)),
        checkpoint=Checkpoint(recipe.key),
    )


def _measured(
    subject: Subject, compressed: Compressed, packed_file: bytes, split: Split, budget: Budget
) -> dict[str, Measurement]:
    examples = QUICK_RANGE_EXAMPLES if budget is QUICK else RANGE_EXAMPLES
    deployment = deployed(subject, compressed, examples)
    return measure(subject, compressed, packed_file, deployment, split=split, budget=budget)


def _kept(packed_file: bytes) -> str | None:
    """Keep the packed file for whoever wants it; a full disk must not cost the measurement."""
    try:
        return ArtifactFolder().put(packed_file)
    except StoreError:
        return None
