"""What layers and links cost: modelled, so that a graph has the same best cuts whatever a machine does, or measured.

The model's rates are those of ONNX Runtime's kernels on one x86 thread. It knows nothing of what the runtime computes
together: measured times (`layer_times.py`) do, and are asked for by ``costs=measured``, since they are a machine's.
"""

from __future__ import annotations

import numpy as np

from compression.deploy.slicing.heads import Heads
from compression.deploy.slicing.layer_times import LayerTimes
from compression.deploy.slicing.layers import Layer, Layers
from compression.deploy.slicing.optimum import Costs
from compression.models.slicing import Slicing

MACS_PER_US = 70_000.0
DEPTHWISE_MACS_PER_US = 30_000.0
RECURRENT_MACS_PER_US = 13_500.0
INT8_MACS_PER_US = 280_000.0
INT8_DEPTHWISE_MACS_PER_US = 10_000.0
ELEMENTS_PER_US = 5_000.0
"""Written to memory, and read again by what follows."""
NODE_US = 0.03
"""Of a node in a batch of 32: starting it takes 1 us."""
BYTES_PER_US = 7_000.0
"""Through a local socket, on either side."""
BITS_PER_MEGABIT = 1e6


def modelled_ms(layer: Layer) -> float:
    """Milliseconds of one example in a batch on one thread."""
    dense = layer.macs - layer.depthwise_macs - layer.recurrent_macs
    rate = INT8_MACS_PER_US if layer.is_int8 else MACS_PER_US
    depthwise = INT8_DEPTHWISE_MACS_PER_US if layer.is_int8 else DEPTHWISE_MACS_PER_US
    us = (
        dense / rate
        + layer.depthwise_macs / depthwise
        + layer.recurrent_macs / RECURRENT_MACS_PER_US
        + layer.elements / ELEMENTS_PER_US
        + layer.nodes * NODE_US
    )
    return us / 1000


def costs_of(
    layers: Layers,
    slicing: Slicing,
    sent_bytes: list[int],
    *,
    times: LayerTimes | None = None,
    heads: Heads | None = None,
) -> Costs:
    """For the optimum: ``sent_bytes`` is what each link would bring over, in its own number format.

    Without ``times`` those of the layers are modelled; what a cut itself costs is paid half on either side.
    """
    sent = np.array(sent_bytes, dtype=float)
    by_layer = times.layer_ms if times else [modelled_ms(layer) for layer in layers.layers]
    cutting = np.array(times.cut_ms if times else [0.0] * len(sent_bytes))
    return Costs(
        layer_ms=np.array(by_layer, dtype=float),
        weight_bytes=np.array([layer.weight_bytes for layer in layers.layers], dtype=float),
        activation_bytes=np.array([layer.activation_bytes for layer in layers.layers], dtype=float),
        link_ms=np.array([link_ms(count, slicing.link_mbps) for count in sent]),
        handling_ms=sent / BYTES_PER_US / 1000 + cutting / 2,
        head_weight_bytes=np.array(heads.weight_bytes, dtype=float) if heads else None,
        head_peak_bytes=np.array(heads.peak_bytes, dtype=float) if heads else None,
    )


def link_ms(sent_bytes: float, mbps: float) -> float:
    """How long so many bytes are on a modelled link; 0 for the loopback, whose time is the devices' own."""
    return 8 * sent_bytes / (mbps * BITS_PER_MEGABIT) * 1000 if mbps else 0.0
