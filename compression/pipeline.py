"""The sentence itself: a recipe becomes a measured point. The only file where all rooms meet; worker side.

subject -> each step -> pack -> deploy -> measure -> Point
"""

from __future__ import annotations

import time
from dataclasses import replace

import torch

from compression import artifact
from compression.deploy.deploy import deploy, with_int8_ranges
from compression.deploy.kernel_note import export_note
from compression.deploy.stage_files import zipped_stages
from compression.errors import StoreError, UsageError
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.environment import environment
from compression.measure.everything import measure
from compression.measure.facts import facts
from compression.measure.making import making_of, timed
from compression.measure.rounds import FULL, QUICK
from compression.measure.runtimes import RuntimeResult, compare_runtimes
from compression.measure.times import measure_times
from compression.models.compressed import Compressed
from compression.point import Point
from compression.recipe import Recipe
from compression.store.artifacts import ArtifactFolder
from compression.subjects import Subject
from compression.techniques.context import StepContext
from compression.techniques.shared.bounded_cache import BoundedCache
from compression.techniques.shared.images import images_of
from compression.techniques.work import technique
from compression.training.checkpoints import Checkpoint
from compression.training.data import Training
from compression.training.processor import one_thread
from compression.training.progress import OnProgress, Progress, TrainingCancelled, ignore

RANGE_EXAMPLES, QUICK_RANGE_EXAMPLES = 256, 64
"""Calibration inputs that show the range of a sum or a mean between int8 layers; fewer for an estimate."""


def compress(
    subject: Subject,
    recipe: Recipe,
    report: OnProgress = ignore,
    *,
    range_examples: int = RANGE_EXAMPLES,
) -> Compressed:
    """The recipe's steps, one after the other, on the trained model, and all that its file and its deployment need.

    Batch norms are folded, the ranges for int8 kernels chosen over so many calibration inputs. A step that trains
    tells ``report`` how far it is. What it has trained is kept for a while, so that the same steps, alone or at the
    beginning of another recipe, need no second training.
    """
    made = _made(subject, recipe, report).folded
    if not made.activations:
        return made
    # The last one that rounds: with 32 bits a step leaves the rounding of one before it as it is.
    rounding = next(
        step for step in reversed(recipe.steps) if getattr(step, "activations", 32) < 32
    )
    shown = subject.shown_to_int8(recipe.seed, images_of(rounding))
    return with_int8_ranges(made, shown[:range_examples])


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
    recipe.require_order()
    made = _STEPS.get(recipe.key)
    if made is None:
        given, step = before_last_step(subject, recipe, report), recipe.steps[-1]
        torch.manual_seed(recipe.seed)
        is_kept = step.is_trained and Checkpoint(recipe.training_key).path.exists()
        with one_thread(), timed(recipe, is_kept=is_kept):
            made = technique(step)(given, step, context_of(subject, recipe, report))
        if not recipe.is_trained:  # a training's result is kept on disk
            _STEPS.put(recipe.key, made, sum(value.nbytes for value in made.tensors.values()))
    return made


_STEPS: BoundedCache[Compressed] = BoundedCache(16 * 2**20)
"""What recent steps made, which their callers leave unchanged: an estimate and the full measurement that follows it
compress once, and the longer recipes of a sweep share their first steps."""


def estimate(subject: Subject, recipe: Recipe) -> Point:
    """A first answer within a slider's move: accuracy on 1,000 test examples, a short timing."""
    if recipe.is_trained:
        raise UsageError(f"{recipe.describe()} is trained, which no estimate can do: run it.")
    compressed = compress(subject, recipe, range_examples=QUICK_RANGE_EXAMPLES)
    packed_file = artifact.pack(compressed, recipe)
    deployment = deploy(compressed)
    exact = deployment.exact_session()
    return Point(
        recipe=recipe,
        measurements=measure(
            subject, compressed, packed_file.data, deployment,
            exact=exact, split=subject.subset, budget=QUICK,
        ),
        stage="estimate",
        layers=packed_file.tensors,
        **facts(subject, deployment, exact),
    )  # fmt: skip


def run(subject: Subject, recipe: Recipe, report: OnProgress = ignore) -> Point:
    """The point: the whole test set and a full timing. ``report`` is told how far a training is."""
    began, worked = time.perf_counter(), time.process_time()
    compressed = compress(subject, recipe, report)
    packed_file = artifact.pack(compressed, recipe)
    point = verify(subject, recipe, compressed, packed_file.data)
    made = {
        "layers": packed_file.tensors,
        "artifact": _kept(packed_file.data),
        "measurements": {**point.measurements, **making_of(recipe)},
    }
    took = {
        "seconds": round(time.perf_counter() - began, 3),
        "cpu_seconds": round(time.process_time() - worked, 3),
    }
    return point.model_copy(update={**made, **took})


def verify(subject: Subject, recipe: Recipe, compressed: Compressed, packed_file: bytes) -> Point:
    """The point of a packed file, from the recipe and the model that `artifact.unpack` found in it."""
    deployment, data = deploy(compressed), subject.data
    exact = deployment.exact_session()
    return Point(
        recipe=recipe,
        measurements=measure(
            subject, compressed, packed_file, deployment,
            exact=exact, split=data.test, validation=data.validation, budget=FULL,
        ),
        **facts(subject, deployment, exact),
    )  # fmt: skip


def time_again(subject: Subject, point: Point) -> Point:
    """The point with its times measured anew, and nothing else: from its packed file where that is kept."""
    compressed = again(subject, point.recipe, point.artifact)
    deployment = deploy(compressed)
    times = measure_times(
        subject, compressed, deployment, session=deployment.session(), budget=FULL
    )
    return point.model_copy(
        update={
            "measurements": {**point.measurements, **times},
            "environment": environment(),
            "graph": deployment.graph,
        }
    )


def screen(subject: Subject, recipe: Recipe, examples: int) -> float:
    """Accuracy alone, on the first ``examples`` of the test set: for maps of many recipes."""
    test = subject.data.test.take(slice(0, examples))
    compressed = compress(subject, recipe, range_examples=QUICK_RANGE_EXAMPLES)
    accuracy = accuracy_of_onnx(deploy(compressed).exact_session(), test).value
    assert accuracy is not None
    return accuracy


def packed(subject: Subject, recipe: Recipe, digest: str | None = None) -> bytes:
    """The recipe's packed file; ``digest`` is that of one that a measurement kept, which saves making it."""
    return artifact.pack(again(subject, recipe, digest), recipe).data


def onnx_file(subject: Subject, recipe: Recipe, digest: str | None = None) -> tuple[bytes, str]:
    """The recipe's model as an ONNX file that computes what its accuracy was measured of, and a sentence on how."""
    model = again(subject, recipe, digest)
    (part,) = deploy(replace(model, slicing=None)).parts
    return part.exact_model, export_note(part, of=model)


def stage_files(subject: Subject, recipe: Recipe) -> tuple[bytes, str]:
    """The files of a sliced model's stages in a zip, and a sentence on which device gets which."""
    return zipped_stages(deploy(again(subject, recipe, None)))


def again(subject: Subject, recipe: Recipe, digest: str | None) -> Compressed:
    """The recipe's model: from its packed file where that is kept, else made anew."""
    return (kept(digest) if digest else None) or compress(subject, recipe)


def kept(digest: str) -> Compressed | None:
    """The model in a packed file that a measurement kept on this machine; None if it was dropped since."""
    packed_file = ArtifactFolder().get(digest)
    return None if packed_file is None else artifact.unpack(packed_file)[0]


def measure_runtimes(subject: Subject, recipe: Recipe) -> tuple[RuntimeResult, ...]:
    """The recipe's model in every runtime that is installed, in turns with the original in ONNX Runtime."""
    compressed = compress(subject, recipe)
    return compare_runtimes(subject, compressed, deploy(compressed))


def warm(subject: Subject) -> None:
    """Load everything a first request for this model needs."""
    estimate(subject, Recipe(model=subject.card.id))


def context_of(subject: Subject, recipe: Recipe, report: OnProgress = ignore) -> StepContext:
    """What the recipe's last step may use besides the model: labels only where it asks for them."""
    step = recipe.steps[-1]
    return StepContext(
        calibration=subject.calibration_for(recipe.seed, images_of(step)),
        seed=recipe.seed,
        training=_training(subject, recipe, report)
        if step.is_trained or step.needs_labels
        else None,
        trained_model=subject.trained_model,
    )


def _training(subject: Subject, recipe: Recipe, report: OnProgress) -> Training:
    """What the last step of a recipe is given to train with; its result is kept by that recipe.

    Half a training is none: where the answer to a report is to stop, TrainingCancelled is raised.
    """

    def tell(progress: Progress) -> None:
        if report(replace(progress, technique=recipe.steps[-1].technique)) is False:
            raise TrainingCancelled("The training was cancelled.")

    checkpoint = Checkpoint(recipe.training_key)
    return Training(subject.training_data, tell, checkpoint, load_full=subject.full_training_data)


def _kept(packed_file: bytes) -> str | None:
    """Keep the packed file for whoever wants it; a full disk must not cost the measurement."""
    try:
        return ArtifactFolder().put(packed_file)
    except StoreError:
        return None
