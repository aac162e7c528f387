"""The sentence itself: a recipe becomes a measured point. The only file where all rooms meet; worker side.

load model -> each step -> pack -> deploy -> measure -> Point
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import onnx
import torch

import datasets
from compression import artifact, models
from compression.compressed import Compressed, StepContext, fold_batch_norm
from compression.deploy import Deployed, Ranges, deploy, kernel_note
from compression.errors import StoreError
from compression.export.int8 import activation_ranges
from compression.export.onnx import export_onnx, swap_weights
from compression.export.runtime import open_session
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.energy import measure_energy
from compression.measure.environment import environment
from compression.measure.graph import read_graph
from compression.measure.latency import FULL, QUICK, Budget, measure_latency
from compression.measure.memory import measure_memory
from compression.measure.size import measure_sizes
from compression.models.catalogue import MODELS
from compression.point import Measurement, Point
from compression.recipe import Recipe
from compression.store.artifacts import ArtifactFolder
from compression.techniques.step import Step

ESTIMATE_EXAMPLES = 1000
"""Size of the fixed stratified test subset behind a first estimate."""


DEPLOYED_EXAMPLES = 2000
"""Size of the test subset on which the int8 file is checked against the packed weights: where its
kernels are slow, all 10,000 examples would take as long as the rest of the point together."""


@dataclass(frozen=True)
class Original:
    """What is loaded once per model and process: the trained model, its data and its deployed form."""

    compressed: Compressed
    data: datasets.Dataset
    subset: datasets.Split
    check: datasets.Split
    template: onnx.ModelProto
    session: Any
    ranges: Mapping[str, tuple[float, float]]


def compress(recipe: Recipe) -> Compressed:
    """The recipe's steps, one after the other, on the trained model; batch norms folded at the end."""
    model = original(recipe.model)
    context = StepContext(torch.from_numpy(model.data.calibration.inputs), recipe.seed)
    torch.manual_seed(recipe.seed)
    compressed = model.compressed
    for step in recipe.steps:
        compressed = technique(step)(compressed, step, context)
    return fold_batch_norm(compressed)


def estimate(recipe: Recipe) -> Point:
    """A first answer within a slider's move: accuracy on 1,000 test examples, a short timing."""
    model = original(recipe.model)
    return _measure(recipe, model.subset, budget=QUICK, stage="estimate")


def run(recipe: Recipe) -> Point:
    """The point: the whole test set and a full timing."""
    model = original(recipe.model)
    return _measure(recipe, model.data.test, budget=FULL, stage="full")


def screen(recipe: Recipe, examples: int) -> float:
    """Accuracy alone, on the first ``examples`` of the test set: for maps of many recipes."""
    model = original(recipe.model)
    test = model.data.test.take(slice(0, examples))
    weights = dict(compress(recipe).module.state_dict())
    accuracy = accuracy_of_onnx(swap_weights(model.template, weights), test).value
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


def deployed(compressed: Compressed, *, own_ranges: bool = True) -> Deployed:
    """The model as a user would deploy it in ONNX Runtime.

    ``own_ranges`` takes the activations' ranges of this model; else those of the original serve,
    which changes nothing in its speed and saves some milliseconds.
    """
    model = original(compressed.model)

    def ranges(exported: bytes) -> Ranges:
        return (
            activation_ranges(exported, model.data.calibration.inputs[:256])
            if own_ranges
            else model.ranges
        )

    return deploy(compressed, model.template, ranges)


def measure(
    compressed: Compressed, packed_file: bytes, split: datasets.Split, budget: Budget
) -> dict[str, Measurement]:
    """Every measurement of a compressed model and its packed file.

    Accuracy is that of the packed weights in 32-bit floats, run in ONNX Runtime like all the rest:
    twice as fast as PyTorch, and the same answers (a test compares them).
    """
    model = original(compressed.model)
    onnx_file = deployed(compressed, own_ranges=budget is FULL)
    session = open_session(onnx_file.model)
    graph = read_graph(onnx_file.model)
    examples = model.data.calibration.inputs[:128]
    latency = measure_latency(session, model.session, examples, budget=budget)
    note = kernel_note(compressed, onnx_file, latency["speedup"].value)
    sizes = measure_sizes(
        dict(compressed.module.state_dict()), packed=packed_file, onnx=onnx_file.model
    )
    measurements = {
        "accuracy": accuracy_of_onnx(onnx_file.float_model, split),
        **sizes,
        "parameters": _with_norms(sizes["parameters"], compressed),
        "macs": Measurement(value=graph.macs, unit="1", how="measured"),
        **latency,
        "speedup": latency["speedup"].model_copy(update={"note": note}),
        "memory_bytes": measure_memory(graph),
        "energy_mj": measure_energy(
            latency["latency_ms"], lambda: session.run(None, {"input": examples[:1]})
        ),
    }
    if onnx_file.is_int8 and budget is FULL:
        measurements["accuracy_deployed"] = accuracy_of_onnx(session, model.check)
    return measurements


def warm(model_id: str) -> None:
    """Load everything a first request for this model needs."""
    estimate(Recipe(model=model_id))


@lru_cache(maxsize=4)
def original(model_id: str) -> Original:
    """The uncompressed model with its data, loaded once per process."""
    data = datasets.load(MODELS[model_id].dataset)
    compressed = Compressed(model_id, models.load(model_id))
    exported = export_onnx(fold_batch_norm(compressed).module, data.card.input_shape)
    return Original(
        compressed=compressed,
        data=data,
        subset=data.test.stratified(ESTIMATE_EXAMPLES),
        check=data.test.stratified(DEPLOYED_EXAMPLES),
        template=onnx.load_from_string(exported),
        session=open_session(exported),
        ranges=activation_ranges(exported, data.calibration.inputs[:256]),
    )


Technique = Callable[[Compressed, Any, StepContext], Compressed]


def technique(step: Step) -> Technique:
    """The function that does a step's work, imported when it is first needed."""
    module, _, name = step.implementation.partition(":")
    work: Technique = getattr(importlib.import_module(module), name)
    return work


def _with_norms(parameters: Measurement, compressed: Compressed) -> Measurement:
    """Folding a batch norm merges its learned scale into the weights: it still counts."""
    norms = sum(scale.numel() for scale in compressed.fold_scales.values())
    return parameters.model_copy(update={"value": (parameters.value or 0) + norms})


def _measure(recipe: Recipe, split: datasets.Split, *, budget: Budget, stage: Any) -> Point:
    compressed = compress(recipe)
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
