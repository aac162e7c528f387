"""A module that computes with rounded activations, as a compressed model's formats say."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from compression.models.compressed import ActivationFormat, Compressed

Hook = Callable[[nn.Module, tuple[Any, ...]], tuple[Any, ...] | None]


def rounding(compressed: Compressed) -> nn.Module:
    """A copy of the module whose layers round their inputs; the module itself where none are rounded.

    Its weights have the same names, and it can be copied, moved and saved like any other. Gradients pass a rounded
    value unchanged and stop at a clipped one (straight-through estimator).
    """
    if not compressed.activations:
        return compressed.module
    hooks = {
        path: _RoundedInput(number_format) for path, number_format in compressed.activations.items()
    }
    return hooked(compressed.module, hooks)


@dataclass(frozen=True)
class _RoundedInput:
    """Rounds what a layer is given: a value, since a function made on the spot can't be saved with its module."""

    number_format: ActivationFormat

    def __call__(self, layer: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        return round_activation(inputs[0], self.number_format), *inputs[1:]


def round_activation(values: Tensor, number_format: ActivationFormat) -> Tensor:
    """Each value moved to the nearest that the format holds; NaN stays NaN."""
    zero, scale = number_format.zero_point, number_format.scale
    codes = (values / scale).clamp(-zero, number_format.levels - 1 - zero)
    return (codes + (torch.round(codes) - codes).detach()) * scale


def hooked(module: nn.Module, hooks: Mapping[str, Hook]) -> nn.Module:
    """A copy of the module that shows each of these layers' inputs to a hook first, which may replace them."""
    twin = copy.deepcopy(module)
    for path, hook in hooks.items():
        twin.get_submodule(path).register_forward_pre_hook(hook)
    return twin
