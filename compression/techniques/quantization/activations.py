"""Rounding what flows into each layer: its range from calibration images, and a module that computes with it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from compression.encoding.ranges import choose_range
from compression.models.compressed import ActivationFormat, Compressed, weight_names
from compression.techniques.quantization.knobs import FLOAT_ACTIVATIONS, Quantize

Hook = Callable[[nn.Module, tuple[Any, ...]], tuple[Any, ...] | None]


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

    _hooked(compressed.module, {path: observe(path) for path in layer_paths(compressed.module)})(
        images[: step.images]
    )
    return replace(compressed, activations=MappingProxyType(formats))


def rounding(compressed: Compressed) -> nn.Module:
    """A copy of the module whose layers round their inputs; the module itself where none are rounded.

    Gradients pass a rounded value unchanged and stop at a clipped one (straight-through estimator).
    """
    if not compressed.activations:
        return compressed.module

    def hook(number_format: ActivationFormat) -> Hook:
        return lambda layer, inputs: (round_activation(inputs[0], number_format), *inputs[1:])

    hooks = {path: hook(number_format) for path, number_format in compressed.activations.items()}
    return _hooked(compressed.module, hooks)


def round_activation(values: Tensor, number_format: ActivationFormat) -> Tensor:
    """Each value moved to the nearest that the format holds; NaN stays NaN."""
    zero, scale = number_format.zero_point, number_format.scale
    codes = (values / scale).clamp(-zero, number_format.levels - 1 - zero)
    return (codes + (torch.round(codes) - codes).detach()) * scale


def layer_paths(module: nn.Module) -> tuple[str, ...]:
    """The modules whose weights are compressed, a GRU once."""
    return tuple(dict.fromkeys(name.rpartition(".")[0] for name in weight_names(module)))


def _hooked(module: nn.Module, hooks: dict[str, Hook]) -> nn.Module:
    twin = copy.deepcopy(module)
    for path, hook in hooks.items():
        twin.get_submodule(path).register_forward_pre_hook(hook)
    return twin
