"""Makes of a compressed model what a user would deploy: ONNX with the kernels that the runtime really has."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from compression.deploy.deployment import Deployment, Part
from compression.deploy.int8 import Int8Graph, activation_ranges, layer_ranges, quantize_onnx
from compression.deploy.kernels import KERNEL_BITS, kernel_scales
from compression.deploy.onnx import swap_weights
from compression.deploy.simulated import round_activations
from compression.deploy.template import template_of
from compression.encoding.ranges import choose_range
from compression.models.compressed import Compressed

Array = np.ndarray[Any, np.dtype[Any]]


def deploy(compressed: Compressed, calibration: Array) -> Deployment:
    """The model in one part; inputs [N, *input_shape] are only looked at where int8 kernels are possible."""
    return Deployment((_part(compressed, calibration),))


def _part(compressed: Compressed, inputs: Array) -> Part:
    """int8 kernels where activations have 8 bits and weights at most 8; float32 with packed weights otherwise.

    Only the weights of a template are swapped: 1 ms instead of 100 ms.
    """
    floats = swap_weights(template_of(compressed), dict(compressed.module.state_dict()))
    if not compressed.activations:
        return Part(floats, floats, compressed.formats)
    scales, reason = kernel_scales(compressed)
    if not reason:
        graph = _in_int8(floats, compressed, scales, inputs)
        if graph.model is not None:
            file = graph.model
            return Part(file, file, int8_operators=graph.quantized, float_layers=graph.float_layers)
        reason = graph.reason
    exact = round_activations(floats, compressed.activations)
    return Part(floats, exact, compressed.formats, reason=reason)


def _in_int8(
    floats: bytes, compressed: Compressed, scales: dict[str, Array], inputs: Array
) -> Int8Graph:
    """Ranges of layers' inputs are the recipe's; those in between are chosen from the inputs in the recipe's way."""
    known = layer_ranges(floats, compressed.activations)
    method = next(iter(compressed.activations.values())).calibration
    choose = partial(choose_range, bits=KERNEL_BITS, method=method)
    ranges = activation_ranges(floats, inputs, choose=choose, known=known)
    return quantize_onnx(floats, ranges, scales=scales)
