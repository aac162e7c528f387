"""What a deployed graph does, as a point keeps it for the devices' model: `compression/point/work.py`."""

from __future__ import annotations

from compression.deploy.deployment import Deployment
from compression.measure.graph import Graph, read_graph
from compression.point.work import LayerWork, Work, as_text

FOLLOWING = ("Relu", "Clip", "LeakyRelu", "PRelu", "BatchNormalization", "HardSwish", "HardSigmoid")
"""What runtimes compute with the layer before it."""


def work_text(deployment: Deployment) -> str:
    """Empty for a model in several parts, which is no graph on one device."""
    if len(deployment.parts) != 1:
        return ""
    return as_text(work_of(read_graph(deployment.parts[0].loaded)))


def work_of(graph: Graph) -> Work:
    """In an int8 graph all layers count as int8, and the divisions around those left in floats don't count: these are
    there for the sake of ONNX Runtime's kernels alone (`compression/deploy/int8_plan.py`)."""
    left_out = (*FOLLOWING, "Div") if graph.is_int8 else FOLLOWING
    return Work(
        is_int8=graph.is_int8,
        peak_elements=graph.peak_elements,
        weights=graph.weights,
        others=graph.others,
        layers=tuple(
            LayerWork(layer.op, layer.macs, layer.inputs, layer.output_elements, layer.weights)
            for layer in graph.layers
            if layer.op not in left_out
        ),
    )
