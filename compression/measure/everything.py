"""Everything that is measured of a compressed model, in the form it is deployed in. Worker side."""

from __future__ import annotations

from collections.abc import Sequence

from compression.deploy.deployment import Deployment
from compression.deploy.kernel_note import kernel_note
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.energy import measure_energy
from compression.measure.graph import read_graph
from compression.measure.latency import Budget, measure_latency
from compression.measure.memory import measure_memory
from compression.measure.size import measure_sizes
from compression.models.compressed import Compressed
from compression.point import Measurement
from compression.subjects import Subject
from datasets import Split


def measure(
    subject: Subject,
    compressed: Compressed,
    packed_file: bytes,
    deployment: Deployment,
    *,
    split: Split,
    budget: Budget,
) -> dict[str, Measurement]:
    """Every measurement of a compressed model, its packed file and its deployment, beside the deployed original.

    Of several parts, files, multiplications, times and energies add up, and links add their time; memory is that of
    the part that needs most, since each has a device to itself. Accuracy is that of what the recipe describes, run in
    ONNX Runtime like all the rest: twice as fast as PyTorch, and the same answers (a test compares them).
    """
    session = deployment.session()
    graphs = [read_graph(part.loaded) for part in deployment.parts]
    examples = subject.data.calibration.inputs[:128]
    latency = measure_latency(
        session, subject.session, examples, budget=budget, links_ms=deployment.links_ms
    )
    note = kernel_note(compressed, deployment, latency["speedup"].value)
    sizes = measure_sizes(
        dict(compressed.module.state_dict()),
        packed=packed_file,
        onnx=[part.model for part in deployment.parts],
    )
    feed = {session.get_inputs()[0].name: examples[:1]}
    measurements = {
        "accuracy": accuracy_of_onnx(deployment.exact_session(), split),
        **sizes,
        "parameters": _with_norms(sizes["parameters"], compressed),
        "macs": Measurement(value=sum(graph.macs for graph in graphs), unit="1", how="measured"),
        **latency,
        "speedup": latency["speedup"].model_copy(update={"note": note}),
        "memory_bytes": _largest([measure_memory(graph) for graph in graphs]),
        "energy_mj": measure_energy(
            _computing(latency["latency_ms"], deployment), lambda: session.run(None, feed)
        ),
    }
    if not deployment.is_exact:
        measurements["accuracy_deployed"] = accuracy_of_onnx(session, split)
    return measurements


def _largest(memory: Sequence[Measurement]) -> Measurement:
    return max(memory, key=lambda each: each.value or 0)


def _computing(latency: Measurement, deployment: Deployment) -> Measurement:
    """The latency less the time on links, in which no processor is busy."""
    if not deployment.links:
        return latency
    times = {"value": latency.value, "low": latency.low, "high": latency.high}
    shorter = {name: ms and max(0.0, ms - deployment.links_ms) for name, ms in times.items()}
    return latency.model_copy(update=shorter)


def _with_norms(parameters: Measurement, compressed: Compressed) -> Measurement:
    """Folding a batch norm merges its learned scale into the weights: it still counts."""
    norms = sum(scale.numel() for scale in compressed.fold_scales.values())
    return parameters.model_copy(update={"value": (parameters.value or 0) + norms})
