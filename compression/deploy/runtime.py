"""Opens ONNX files in ONNX Runtime the one way this project runs them: one thread, in order, without spinning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import onnx
    import onnxruntime as ort

Array = np.ndarray[Any, np.dtype[Any]]


def open_session(model: bytes, *, optimised: bool = True) -> ort.InferenceSession:
    """A session on one thread of the CPU; not `optimised` means that every node runs as it stands in the file."""
    import onnxruntime as ort  # it starts threads, which a fork does not copy: see engine/worker/imports.py

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # A spinning thread steals the core from whatever else is measured on this machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 3
    if not optimised:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def run_exposed(
    model: onnx.ModelProto, inputs: Array | Mapping[str, Array], names: Iterable[str]
) -> dict[str, Array]:
    """The values of the named tensors in a model when it runs on `inputs`, [N, *input_shape]; by name if several."""
    import onnx  # a stage's process needs sessions alone, and 30 MB less

    wanted = list(names)
    exposed = onnx.ModelProto()
    exposed.CopyFrom(model)
    del exposed.graph.output[:]
    exposed.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted)
    session = open_session(exposed.SerializeToString(), optimised=False)
    feed = inputs if isinstance(inputs, Mapping) else {session.get_inputs()[0].name: inputs}
    values = session.run(wanted, dict(feed))
    return dict(zip(wanted, values, strict=True))
