"""Number formats for what flows into each layer: its range, chosen over calibration images."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from compression.encoding.ranges import choose_range
from compression.models.compressed import ActivationFormat, Compressed, weight_names
from compression.models.rounded_activations import Hook, hooked
from compression.techniques.quantization.knobs import FLOAT_ACTIVATIONS, Quantize


@torch.no_grad()
def calibrate(compressed: Compressed, step: Quantize, images: Tensor) -> Compressed:
    """The model with a format for the input of each layer, its range chosen over images [N, *input_shape].

    With ``activations=32`` inputs are not rounded, whatever an earlier step did.
    """
    if step.activations == FLOAT_ACTIVATIONS:
        return replace(compressed, activations=MappingProxyType({}))
    formats: dict[str, ActivationFormat] = {}

    def observe(path: str) -> Hook:
        def look(layer: nn.Module, inputs: tuple[Any, ...]) -> None:
            low, high = choose_range(
                inputs[0].numpy(), bits=step.activations, method=step.calibration
            )
            formats[path] = ActivationFormat(step.activations, low, high, step.calibration)

        return look

    hooked(compressed.module, {path: observe(path) for path in layer_paths(compressed.module)})(
        images
    )
    return replace(compressed, activations=MappingProxyType(formats))


def layer_paths(module: nn.Module) -> tuple[str, ...]:
    """The modules whose weights are compressed, a GRU once."""
    return tuple(dict.fromkeys(name.rpartition(".")[0] for name in weight_names(module)))
