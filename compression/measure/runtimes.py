"""One compressed model in every runtime that is installed: how fast, and how right. Worker side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from compression.deploy.deployment import Deployed, kernel_scales
from compression.deploy.runtimes import Runtime, Session, Source, available
from compression.measure.accuracy import accuracy_of_onnx
from compression.measure.everything import deployed
from compression.measure.latency import FULL, measure_latency
from compression.measure.original import original
from compression.models.compressed import Compressed
from compression.point import Measurement
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


def compare_runtimes(compressed: Compressed) -> tuple[RuntimeResult, ...]:
    """The deployed file, or the module that it holds, in each runtime that is installed here."""
    file = deployed(compressed)
    return tuple(_in_runtime(runtime, compressed, file) for runtime in available())


def source_of(compressed: Compressed, file: Deployed) -> Source:
    """What a runtime that converts modules is given: int8 exactly where the ONNX file is."""
    images = original(compressed.model).data.calibration.inputs
    if not file.is_int8:
        return Source(compressed.module, images)
    scales, _ = kernel_scales(compressed)
    return Source(compressed.module, images, scales, compressed.activations)


def _in_runtime(runtime: Runtime, compressed: Compressed, file: Deployed) -> RuntimeResult:
    model, version = original(compressed.model), runtime.version or ""
    try:
        session = runtime.load(
            file.model if runtime.takes == "onnx" else source_of(compressed, file)
        )
        latency = measure_latency(
            session, model.session, model.data.calibration.inputs[:128], budget=BUDGET
        )
    # Whatever a foreign runtime raises for an operation that it lacks: the others still answer.
    except Exception as error:
        said = (str(error) or type(error).__name__).strip().splitlines()[0]
        reason = f"{runtime.name} can't run this model: {said}"
        return RuntimeResult(runtime.name, version, reason=reason)
    accuracy, fewer = _accuracy(session, latency["latency_ms"].value or 0.0, model.data.test)
    reason = " ".join(sentence for sentence in (file.reason, fewer) if sentence)
    return RuntimeResult(runtime.name, version, latency["speedup"], accuracy, reason)


def _accuracy(session: Session, latency_ms: float, test: Split) -> tuple[Measurement, str]:
    if latency_ms * len(test) / 1000 <= ACCURACY_SECONDS:
        return accuracy_of_onnx(session, test), ""
    fewer = test.stratified(FEWER_EXAMPLES)
    return accuracy_of_onnx(session, fewer), f"Accuracy on {len(fewer):,} test examples."
