"""OpenVINO: Intel's runtime, which reads the same ONNX files, those with int8 layers included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import openvino

from compression.deploy.runtimes import NamedPort, Session


class _Session:
    """A compiled model behind the interface of ONNX Runtime's sessions, with one request that is used again."""

    def __init__(self, compiled: Any) -> None:
        self.request = compiled.create_infer_request()
        self.inputs = [NamedPort(port.get_any_name()) for port in compiled.inputs]
        self.outputs = [NamedPort(port.get_any_name()) for port in compiled.outputs]

    def get_inputs(self) -> Sequence[NamedPort]:
        return self.inputs

    def get_outputs(self) -> Sequence[NamedPort]:
        return self.outputs

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]:
        results = self.request.infer(dict(feed), share_inputs=True)
        return [results[name] for name in outputs or [port.name for port in self.outputs]]


def load(model: bytes) -> Session:
    """The file on one thread of the CPU, in the precision it is written in.

    OpenVINO would otherwise compute float32 files in bfloat16 where the processor can, which is another model.
    """
    settings = {
        "INFERENCE_NUM_THREADS": "1", "NUM_STREAMS": "1", "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
    }  # fmt: skip
    return _Session(_core().compile_model(_core().read_model(model), "CPU", settings))


@cache
def _core() -> Any:
    return openvino.Core()
