"""Makes of a compressed model what a user would deploy: ONNX with the kernels that the runtime really has."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from compression.deploy.deployment import Deployment, Part
from compression.deploy.int8 import (
    Int8Graph,
    Ranges,
    activation_ranges,
    layer_ranges,
    quantize_onnx,
    rounded_between,
)
from compression.deploy.kernels import KERNEL_BITS, kernel_scales
from compression.deploy.onnx import swap_weights
from compression.deploy.simulated import round_activations
from compression.deploy.slicing.exits import with_exits
from compression.deploy.slicing.sliced import sliced
from compression.deploy.template import template_of
from compression.encoding.ranges import choose_range
from compression.errors import ArtifactError
from compression.models.compressed import Compressed

Array = np.ndarray[Any, np.dtype[Any]]


def deploy(compressed: Compressed) -> Deployment:
    """The model in one part, or cut as its slicing says; ArtifactError where int8 kernels are possible and
    ``int8_ranges`` were not chosen, UsageError where it can't be cut so."""
    whole = _part(compressed)
    if compressed.slicing is None:
        return Deployment((whole,))
    deployment = sliced(whole, compressed.slicing)
    if compressed.exits is None:
        return deployment
    return with_exits(deployment, whole, compressed.slicing, compressed.exits)


def with_int8_ranges(compressed: Compressed, calibration: Array) -> Compressed:
    """The model with all that its int8 graph needs, chosen over inputs [N, *input_shape]; as it is without one.

    Ranges of layers' inputs are the recipe's; those in between are chosen in the recipe's way.
    """
    if kernel_scales(compressed)[1]:
        return compressed
    floats = _in_floats(compressed)
    known = layer_ranges(floats, compressed.activations)
    method = next(iter(compressed.activations.values())).calibration
    choose = partial(choose_range, bits=KERNEL_BITS, method=method)
    ranges = activation_ranges(floats, calibration, choose=choose, known=known)
    between = tuple(span for name, span in ranges.items() if name not in known)
    return replace(compressed, int8_ranges=between)


def _part(compressed: Compressed) -> Part:
    """int8 kernels where activations have 8 bits and weights at most 8; float32 with packed weights otherwise."""
    floats = _in_floats(compressed)
    if not compressed.activations:
        return Part(floats, floats, compressed.formats)
    scales, reason = kernel_scales(compressed)
    if not reason:
        graph = _in_int8(floats, compressed, scales)
        if graph.model is not None:
            file = graph.model
            return Part(file, file, int8_operators=graph.quantized, float_layers=graph.float_layers)
        reason = graph.reason
    exact = round_activations(floats, compressed.activations)
    return Part(floats, exact, compressed.formats, reason=reason)


def _in_floats(compressed: Compressed) -> bytes:
    """Only the weights of a template are swapped: 1 ms instead of 100 ms."""
    return swap_weights(template_of(compressed), dict(compressed.module.state_dict()))


def _in_int8(floats: bytes, compressed: Compressed, scales: dict[str, Array]) -> Int8Graph:
    known: Ranges = layer_ranges(floats, compressed.activations)
    between = rounded_between(floats, known)
    given = compressed.int8_ranges or ()
    if len(given) != len(between):
        raise ArtifactError(
            f"The model has {len(given)} ranges of what int8 kernels round between its layers, of {len(between)} "
            "that its graph needs: export its recipe again."
        )
    return quantize_onnx(floats, {**known, **dict(zip(between, given, strict=True))}, scales=scales)
