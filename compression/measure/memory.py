"""How much memory the deployed model needs to run one example: its weights and the most activations alive at once."""

from __future__ import annotations

from compression.measure.graph import Graph
from compression.point import Measurement


def measure_memory(graph: Graph) -> Measurement:
    """Memory of the deployed graph at batch 1, from its file.

    Formats that ONNX Runtime has no kernel for, such as 4-bit weights, are float32 in its file and so in its memory;
    an int8 file holds one byte a weight. The runtime's own code, some 20-40 MB on a server, isn't counted: on the
    devices this figure is for, it is not there.
    """
    return Measurement(
        value=graph.weight_bytes + graph.peak_activation_bytes,
        unit="bytes",
        how="modelled",
        note=f"weights {graph.weight_bytes:,} + activations {graph.peak_activation_bytes:,} bytes, "
        "from the graph that is deployed",
    )
