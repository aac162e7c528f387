"""Everything that is measured of a compressed model, in the form it is deployed in. Worker side."""

from __future__ import annotations

from collections.abc import Sequence

from compression.deploy.deployment import Deployment
from compression.deploy.early_exits import EarlyExits
from compression.deploy.runtimes import Session
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.devices import measure_devices
from compression.measure.exits import measure_exits
from compression.measure.graph import read_graph
from compression.measure.memory import measure_memory
from compression.measure.parameters import with_norms
from compression.measure.rounds import Budget
from compression.measure.size import measure_sizes
from compression.measure.times import measure_times
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
    exact: Session,
    split: Split,
    budget: Budget,
    validation: Split | None = None,
) -> dict[str, Measurement]:
    """Every measurement of a compressed model, its packed file and its deployment, beside the deployed original.

    Of several parts, files, multiplications, times and energies add up, and links add their time; memory is that of
    the part that needs most, since each has a device to itself. Accuracy is that of what the recipe describes, run in
    ONNX Runtime like all the rest (``exact``, the deployment's exact session): twice as fast as PyTorch, and the same
    answers (a test compares them). That on `validation` is to choose by, so that what is chosen is reported on
    examples that had no say in it.
    """
    session = deployment.session()
    graphs = [read_graph(part.loaded) for part in deployment.parts]
    sizes = measure_sizes(
        compressed.tensors,
        packed=packed_file,
        onnx=[part.model for part in deployment.parts],
    )
    measurements = {
        "accuracy": accuracy_of_onnx(exact, split),
        **sizes,
        "parameters": with_norms(sizes["parameters"], compressed),
        "macs": Measurement(value=sum(graph.macs for graph in graphs), unit="1", how="measured"),
        **measure_times(subject, compressed, deployment, session=session, budget=budget),
        "memory_bytes": _largest([measure_memory(graph) for graph in graphs]),
    }
    if compressed.slicing is not None:
        read = measure_devices(deployment, [measure_memory(graph) for graph in graphs])
        measurements = {**read, **measurements}  # what its processes took is known better
    if isinstance(exact, EarlyExits):
        measurements |= measure_exits(exact, graphs, split)
    if validation is not None:
        measurements["accuracy_validation"] = accuracy_of_onnx(exact, validation)
    if compressed.bytes_sent is not None:
        measurements["bytes_sent"] = Measurement(
            value=compressed.bytes_sent, unit="bytes", how="measured"
        )
    if compressed.epsilon is not None:
        measurements["epsilon"] = Measurement(value=compressed.epsilon, unit="1", how="modelled")
    if not deployment.is_exact:
        measurements["accuracy_deployed"] = accuracy_of_onnx(session, split)
    return measurements


def _largest(memory: Sequence[Measurement]) -> Measurement:
    return max(memory, key=lambda each: each.value or 0)
