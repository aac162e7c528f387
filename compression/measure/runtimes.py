"""One compressed model in every runtime that is installed: how fast, and how right. Worker side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from compression.deploy.deployment import Deployment
from compression.deploy.kernels import kernel_scales
from compression.deploy.runtimes import Runtime, Session, Source, available
from compression.errors import reason_of
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.latency import measure_latency
from compression.measure.on_links import on_links
from compression.measure.rounds import FULL
from compression.measure.shared_latency import latency_of
from compression.measure.times import EXAMPLES
from compression.models.compressed import Compressed
from compression.point import Measurement
from compression.subjects import Subject
from datasets import Split

BUDGET = replace(FULL, batch=0)
"""No throughput: some of these runtimes are given programs for one example."""

ACCURACY_SECONDS = 5.0
FEWER_EXAMPLES = 2000
"""Where the whole test set would take longer than that, one example at a time, so many of it are asked."""


@dataclass(frozen=True)
class RuntimeResult:
    """One runtime's answer: its speed-up over the original in ONNX Runtime, and the accuracy it gives.

    Both are None where it can't run the model, and ``reason`` says why; else it says what is different here.
    """

    runtime: str
    version: str
    speedup: Measurement | None = None
    accuracy: Measurement | None = None
    reason: str = ""


def compare_runtimes(
    subject: Subject, compressed: Compressed, deployment: Deployment
) -> tuple[RuntimeResult, ...]:
    """What is deployed, or the module that it holds, in each runtime that is installed here."""
    source = source_of(subject, compressed, deployment)
    return tuple(_in_runtime(runtime, subject, deployment, source) for runtime in available())


def source_of(subject: Subject, compressed: Compressed, deployment: Deployment) -> Source:
    """What a runtime that converts modules is given: int8 exactly where the ONNX files are."""
    images = subject.data.calibration.inputs
    if not deployment.is_int8:
        return Source(compressed.module, images)
    scales, _ = kernel_scales(compressed)
    return Source(compressed.module, images, scales, compressed.activations)


def _in_runtime(
    runtime: Runtime, subject: Subject, deployment: Deployment, source: Source
) -> RuntimeResult:
    version = runtime.version or ""
    try:
        session = (
            deployment.session(runtime.load) if runtime.takes == "onnx" else runtime.load(source)
        )
        latency = _latency(runtime, subject, deployment, session)
    # Whatever a foreign runtime raises for an operation that it lacks: the others still answer.
    except Exception as error:
        reason = f"{runtime.name} can't run this model: {reason_of(error)}"
        return RuntimeResult(runtime.name, version, reason=reason)
    test = subject.data.test
    accuracy, fewer = _accuracy(session, latency["latency_ms"].value or 0.0, test)
    reason = " ".join(sentence for sentence in (deployment.reason, fewer) if sentence)
    return RuntimeResult(runtime.name, version, latency["speedup"], accuracy, reason)


def _latency(
    runtime: Runtime, subject: Subject, deployment: Deployment, session: Session
) -> dict[str, Measurement]:
    """In ONNX Runtime it is what the point shows, shared by all of its graph."""
    images = subject.data.calibration.inputs[:EXAMPLES]
    if runtime.id == "onnxruntime":
        return latency_of(subject, deployment, session, images, budget=FULL)
    return measure_latency(
        session,
        subject.session,
        images,
        budget=BUDGET,
        waits_ms=on_links(deployment, session, images).ms,
    )


def _accuracy(session: Session, latency_ms: float, test: Split) -> tuple[Measurement, str]:
    if latency_ms * len(test) / 1000 <= ACCURACY_SECONDS:
        return accuracy_of_onnx(session, test), ""
    fewer = test.stratified(FEWER_EXAMPLES)
    return accuracy_of_onnx(session, fewer), f"Accuracy on {len(fewer):,} test examples."
