"""What layers and links cost, modelled: the same graph always has the same best cuts, whatever a machine does just now.

A profile taken on a busy machine cut eight equal layers 1/2/3/2; points would then depend on the moment at which they
were measured, and one recipe would stand for several. So the plan of a recipe comes from this model, whose rates are
those of ONNX Runtime's kernels on one x86 thread (`tests/benchmarks/slicing`), and the profile of the machine at hand
is shown beside it, to be chosen as cuts of one's own.
"""

from __future__ import annotations

import numpy as np

from compression.deploy.slicing.layers import Layer, Layers
from compression.deploy.slicing.optimum import Costs
from compression.models.slicing import Slicing

MACS_PER_US = 25_000.0
DEPTHWISE_MACS_PER_US = 4_000.0
RECURRENT_MACS_PER_US = 6_000.0
INT8_SPEED = 1.5
ELEMENTS_PER_US = 4_000.0
NODE_US = 0.15
"""Of a node in a batch of 32: starting it costs some 3 us, 0.1 us of them an example."""
BYTES_PER_US = 4_000.0
"""Through a socket on the loopback: copied four times on either side."""
BITS_PER_MEGABIT = 1e6


def modelled_ms(layer: Layer) -> float:
    """Milliseconds of one example in a batch on one thread."""
    dense = layer.macs - layer.depthwise_macs - layer.recurrent_macs
    speed = INT8_SPEED if layer.is_int8 else 1.0
    us = (
        dense / (speed * MACS_PER_US)
        + layer.depthwise_macs / (speed * DEPTHWISE_MACS_PER_US)
        + layer.recurrent_macs / RECURRENT_MACS_PER_US
        + layer.elements / ELEMENTS_PER_US
        + layer.nodes * NODE_US
    )
    return us / 1000


def costs_of(layers: Layers, slicing: Slicing, sent_bytes: list[int]) -> Costs:
    """For the optimum: ``sent_bytes`` is what each link would bring over, in its own number format."""
    sent = np.array(sent_bytes, dtype=float)
    return Costs(
        layer_ms=np.array([modelled_ms(layer) for layer in layers.layers]),
        weight_bytes=np.array([layer.weight_bytes for layer in layers.layers], dtype=float),
        activation_bytes=np.array([layer.activation_bytes for layer in layers.layers], dtype=float),
        link_ms=np.array([link_ms(count, slicing.link_mbps) for count in sent]),
        handling_ms=sent / BYTES_PER_US / 1000,
    )


def link_ms(sent_bytes: float, mbps: float) -> float:
    """How long so many bytes are on a modelled link; 0 for the loopback, whose time is the devices' own."""
    return 8 * sent_bytes / (mbps * BITS_PER_MEGABIT) * 1000 if mbps else 0.0
