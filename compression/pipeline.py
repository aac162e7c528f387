"""The sentence itself: a recipe becomes a measured point. The only file where all rooms meet; worker side.

load model -> each step -> pack -> deploy -> measure -> Point
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch

import datasets
from compression import artifact
from compression.errors import StoreError, UsageError
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.environment import environment
from compression.measure.everything import deployed, measure
from compression.measure.latency import FULL, QUICK, Budget
from compression.measure.original import original
from compression.measure.runtimes import RuntimeResult, compare_runtimes
from compression.models.augment import AUGMENTATIONS, MIRRORS
from compression.models.compressed import Compressed, fold_batch_norm
from compression.models.plans import PLANS
from compression.point import Point
from compression.recipe import Recipe
from compression.recipe.batches import up_to_training
from compression.store.artifacts import ArtifactFolder
from compression.techniques.context import StepContext
from compression.techniques.shared.bounded_cache import BoundedCache
from compression.techniques.step import Step
from compression.training.checkpoints import Checkpoint
from compression.training.data import Training, TrainingData
from compression.training.progress import Report, ignore


def compress(recipe: Recipe, report: Report = ignore) -> Compressed:
    """The recipe's steps, one after the other, on the trained model; batch norms folded at the end.

    A step that trains tells ``report`` how far it is. What it has trained is kept for a while, so that the
    same steps, alone or at the beginning of another recipe, need no second training.
    """
    context, compressed = _context(recipe), original(recipe.model).compressed
    for count, step in enumerate(recipe.steps, start=1):
        so_far = Recipe(model=recipe.model, steps=recipe.steps[:count], seed=recipe.seed)
        known = _STEPS.get(so_far.key)
        if known is None:
            torch.manual_seed(recipe.seed)
            learns = step.is_trained or step.needs_labels
            training = _training(so_far, report) if learns else None
            known = technique(step)(compressed, step, replace(context, training=training))
            if not so_far.is_trained:  # a training's result is kept on disk
                _STEPS.put(so_far.key, known, _size_bytes(known))
        compressed = known
    return fold_batch_norm(compressed)


def train_together(recipes: Sequence[Recipe], report: Report = ignore) -> None:
    """Train what `batches` has put together in one run: `compress` of each then finds its training done."""
    begun = {so_far.key: so_far for r in recipes if (so_far := up_to_training(r)) is not None}
    pupils = []
    for so_far in begun.values():
        before = Recipe(model=so_far.model, steps=so_far.steps[:-1], seed=so_far.seed)
        context = _context(so_far)
        training = _training(so_far, report)
        pupils.append((compress(before), so_far.steps[-1], replace(context, training=training)))
    if len(pupils) > 1:
        work: Callable[..., None] = _named(pupils[0][1].together)
        work(pupils, pupils[0][2].labelled.report)


_STEPS: BoundedCache[Compressed] = BoundedCache(16 * 2**20)
"""What recent steps made, which their callers leave unchanged: an estimate and the full measurement that follows it
compress once, and the longer recipes of a sweep share their first steps."""


def _size_bytes(compressed: Compressed) -> int:
    return sum(value.nbytes for value in compressed.module.state_dict().values())


def estimate(recipe: Recipe) -> Point:
    """A first answer within a slider's move: accuracy on 1,000 test examples, a short timing."""
    if recipe.is_trained:
        raise UsageError(f"{recipe.describe()} is trained, which no estimate can do: run it.")
    model = original(recipe.model)
    return _measure(recipe, model.subset, budget=QUICK, stage="estimate")


def run(recipe: Recipe, report: Report = ignore) -> Point:
    """The point: the whole test set and a full timing. ``report`` is told how far a training is."""
    model = original(recipe.model)
    return _measure(recipe, model.data.test, budget=FULL, stage="full", report=report)


def screen(recipe: Recipe, examples: int) -> float:
    """Accuracy alone, on the first ``examples`` of the test set: for maps of many recipes."""
    model = original(recipe.model)
    test = model.data.test.take(slice(0, examples))
    accuracy = accuracy_of_onnx(deployed(compress(recipe), quick=True).exact, test).value
    assert accuracy is not None
    return accuracy


def packed(recipe: Recipe) -> bytes:
    """The recipe's packed file."""
    return artifact.pack(compress(recipe), recipe).data


def onnx_file(recipe: Recipe) -> bytes:
    """The recipe's model as an ONNX file, with the kernels it is timed with."""
    return deployed(compress(recipe)).model


def verify(packed_file: bytes) -> Point:
    """The point of a packed file, measured from its bytes alone."""
    compressed, recipe = artifact.unpack(packed_file)
    test = original(recipe.model).data.test
    return Point(
        recipe=recipe,
        measurements=measure(compressed, packed_file, test, FULL),
        environment=environment(),
    )


def kept(digest: str) -> Compressed | None:
    """The model in a packed file that a measurement kept on this machine; None if it was dropped since."""
    packed_file = ArtifactFolder().get(digest)
    return None if packed_file is None else artifact.unpack(packed_file)[0]


def measure_runtimes(recipe: Recipe) -> tuple[RuntimeResult, ...]:
    """The recipe's model in every runtime that is installed, in turns with the original in ONNX Runtime."""
    return compare_runtimes(compress(recipe))


def warm(model_id: str) -> None:
    """Load everything a first request for this model needs."""
    estimate(Recipe(model=model_id))


Technique = Callable[[Compressed, Any, StepContext], Compressed]


def technique(step: Step) -> Technique:
    """The function that does a step's work, imported when it is first needed."""
    work: Technique = _named(step.implementation)
    return work


def _named(function: str) -> Any:
    """What stands at ``module:name``."""
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)


def _context(recipe: Recipe) -> StepContext:
    """What a recipe's steps may use besides the model."""
    calibration = original(recipe.model).data.calibration.inputs
    return StepContext(torch.from_numpy(calibration), recipe.seed)


def labelled(recipe: Recipe) -> Training:
    """What the recipe's last step may learn from, for questions about it: labels, but nothing is trained."""
    return Training(
        load=lambda: _training_data(recipe.model),
        report=ignore,
        checkpoint=Checkpoint(recipe.key),
    )


def _training(so_far: Recipe, report: Report) -> Training:
    """What the last step of a recipe is given to train with; its result is kept by that recipe."""
    return Training(
        load=lambda: _training_data(so_far.model),
        report=lambda progress: report(replace(progress, technique=so_far.steps[-1].technique)),
        checkpoint=Checkpoint(so_far.key),
    )


def _training_data(model_id: str) -> TrainingData:
    """The bundled images everywhere, so that equal recipes train alike.

    Augmented as for the model, but not shifted: in a few epochs a compressed model gains more without it
    (2-bit ResNet-8 on validation, one epoch: 91.9 % with shifts, 92.1 % with mirroring alone).
    """
    data, plan = original(model_id).data, PLANS[model_id]
    learned, held_out = data.train, data.validation
    augmentation = "flip" if plan.augmentation == "crop_flip" else plan.augmentation
    return TrainingData(
        inputs=torch.from_numpy(learned.inputs),
        labels=torch.from_numpy(learned.labels),
        validation_inputs=torch.from_numpy(held_out.inputs),
        validation_labels=torch.from_numpy(held_out.labels),
        augment=AUGMENTATIONS[augmentation],
        mirror=MIRRORS.get(augmentation),
        channels_last=plan.channels_last,
        bfloat16=plan.bfloat16,
    )


def _measure(
    recipe: Recipe,
    split: datasets.Split,
    *,
    budget: Budget,
    stage: Any,
    report: Report = ignore,
) -> Point:
    compressed = compress(recipe, report)
    packed_file = artifact.pack(compressed, recipe)
    return Point(
        recipe=recipe,
        measurements=measure(compressed, packed_file.data, split, budget),
        environment=environment(),
        stage=stage,
        layers=packed_file.tensors,
        artifact=_kept(packed_file.data) if stage == "full" else None,
    )


def _kept(packed_file: bytes) -> str | None:
    """Keep the packed file for whoever wants it; a full disk must not cost the measurement."""
    try:
        return ArtifactFolder().put(packed_file)
    except StoreError:
        return None
