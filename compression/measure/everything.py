"""Everything that is measured of a compressed model, in the file it is deployed as. Worker side."""

from __future__ import annotations

from functools import partial

import datasets
from compression.deploy.deployment import KERNEL_BITS, Deployed, Ranges, deploy
from compression.deploy.int8 import activation_ranges
from compression.deploy.kernel_note import kernel_note
from compression.deploy.runtime import open_session
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.energy import measure_energy
from compression.measure.graph import read_graph
from compression.measure.latency import QUICK, Budget, measure_latency
from compression.measure.memory import measure_memory
from compression.measure.original import original, template_of
from compression.measure.size import measure_sizes
from compression.models.compressed import Compressed
from compression.point import Measurement
from compression.techniques.quantization.ranges import choose_range

RANGE_EXAMPLES, QUICK_RANGE_EXAMPLES = 256, 64
"""Calibration images that show the range of a sum or a mean between int8 layers; fewer for an estimate."""


def deployed(compressed: Compressed, *, quick: bool = False) -> Deployed:
    """The model as a user would deploy it in ONNX Runtime."""
    model = original(compressed.model)
    images = model.data.calibration.inputs[: QUICK_RANGE_EXAMPLES if quick else RANGE_EXAMPLES]

    def ranges(exported: bytes, known: Ranges) -> Ranges:
        method = next(iter(compressed.activations.values())).calibration
        choose = partial(choose_range, bits=KERNEL_BITS, method=method)
        return activation_ranges(exported, images, choose=choose, known=known)

    return deploy(compressed, template_of(compressed), ranges)


def measure(
    compressed: Compressed, packed_file: bytes, split: datasets.Split, budget: Budget
) -> dict[str, Measurement]:
    """Every measurement of a compressed model and its packed file.

    Accuracy is that of what the recipe describes, run in ONNX Runtime like all the rest: twice as fast as
    PyTorch, and the same answers (a test compares them).
    """
    model = original(compressed.model)
    onnx_file = deployed(compressed, quick=budget is QUICK)
    session = open_session(onnx_file.model)
    graph = read_graph(onnx_file.loaded)
    examples = model.data.calibration.inputs[:128]
    latency = measure_latency(session, model.session, examples, budget=budget)
    note = kernel_note(compressed, onnx_file, latency["speedup"].value)
    sizes = measure_sizes(
        dict(compressed.module.state_dict()), packed=packed_file, onnx=onnx_file.model
    )
    measurements = {
        "accuracy": accuracy_of_onnx(onnx_file.exact, split),
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
    if not onnx_file.is_exact:
        measurements["accuracy_deployed"] = accuracy_of_onnx(session, split)
    return measurements


def _with_norms(parameters: Measurement, compressed: Compressed) -> Measurement:
    """Folding a batch norm merges its learned scale into the weights: it still counts."""
    norms = sum(scale.numel() for scale in compressed.fold_scales.values())
    return parameters.model_copy(update={"value": (parameters.value or 0) + norms})
