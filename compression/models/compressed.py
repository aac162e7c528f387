"""A compressed model in memory: a runnable module and how each of its tensors is stored. Worker side.

Techniques take one and return a new one; what came in is never changed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor, nn

from compression.encoding import Grid, NumberFormat
from compression.errors import UsageError
from compression.models.catalogue import ModelCard
from compression.models.positive_norm import PositiveNorm
from compression.models.slicing import Slicing


@dataclass(frozen=True)
class ActivationFormat:
    """The values a layer's input can hold: ``2 ** bits`` evenly spaced ones from ``low`` to ``high``.

    Zero is always one of them, exactly, since padding and ReLU are full of it: the range is widened to hold it and
    shifted by less than half a step to meet it. ``calibration`` is how the range was chosen.
    """

    bits: int
    low: float
    high: float
    calibration: str = "minmax"

    @property
    def levels(self) -> int:
        return int(2**self.bits)

    @property
    def scale(self) -> float:
        """The step between neighbouring values; 1 where the activation is always zero."""
        low, high = min(self.low, 0.0), max(self.high, 0.0)
        step = float(np.float32((high - low) / (self.levels - 1)))
        return step if np.isfinite(step) and step >= np.finfo(np.float32).tiny else 1.0

    @property
    def zero_point(self) -> int:
        """The code of zero, from 0 to ``levels - 1``."""
        return min(max(round(-min(self.low, 0.0) / self.scale), 0), self.levels - 1)


@dataclass(frozen=True)
class Compressed:
    """A model part-way through a recipe, ``model`` being the card of the one it began as.

    ``formats`` names the parameters that are not stored as float32, ``activations`` the layers (by their
    path in the module) whose input is rounded before they multiply it. ``fold_scales`` holds, for each
    weight whose batch norm was folded in, the factor per output channel that folding multiplied it by:
    dividing by it gives back the weight that was trained. ``student`` names the architecture, of a student or
    a sub-network, where it is not the model's own. ``int8_ranges`` are low and high of what int8 kernels round
    besides the layers' inputs, such as sums, in the order of their graph; None while they are not chosen.
    """

    model: ModelCard
    module: nn.Module
    formats: Mapping[str, NumberFormat] = field(default_factory=lambda: MappingProxyType({}))
    fold_scales: Mapping[str, Tensor] = field(default_factory=lambda: MappingProxyType({}))
    activations: Mapping[str, ActivationFormat] = field(
        default_factory=lambda: MappingProxyType({})
    )
    student: str = ""
    int8_ranges: tuple[tuple[float, float], ...] | None = None
    slicing: Slicing | None = None
    exits: nn.ModuleList | None = None
    """Heads at the cuts, folded and in evaluation mode; None without early exits."""
    bytes_sent: int | None = None
    """What clients sent and were sent for it to be learned; None where its data were in one place."""
    epsilon: float | None = None
    """What it may tell of one client, as differential privacy counts it; None where nothing is promised."""
    releases: tuple[tuple[float, float, int], ...] = ()
    """Noise, share and rounds of each training that this was counted from; not in the file, which nothing adds to."""

    @cached_property
    def tensors(self) -> Mapping[str, Tensor]:
        """All that is stored: the model's own by their names, then those of its exits."""
        exits = {} if self.exits is None else self.exits.state_dict()
        return {
            **self.module.state_dict(),
            **{f"exits.{name}": value for name, value in exits.items()},
        }

    @property
    def is_folded(self) -> bool:
        return not any(isinstance(child, _NORMS) for child in self.module.modules())

    @cached_property
    def folded(self) -> Compressed:
        """``fold_batch_norm`` of it, made once: several steps and the final packing each start from it."""
        return self if self.is_folded else _folded(self)

    def with_module(
        self, module: nn.Module, formats: Mapping[str, NumberFormat] | None = None
    ) -> Compressed:
        return replace(self, module=module, formats=self.formats if formats is None else formats)


def settled(compressed: Compressed, given: Compressed) -> Compressed:
    """What a step made of what it was ``given``, without the formats it took over for values that it then changed.

    A slicing stays: it says nothing of weights, and a new network is cut like the one before it. Formats of its own
    are a step's promise: packing refuses values that aren't in them.
    """
    state = compressed.module.state_dict()
    formats = {
        name: number_format
        for name, number_format in compressed.formats.items()
        if given.formats.get(name) is not number_format
        or not isinstance(number_format, Grid)
        or (name in state and number_format.holds(state[name].numpy()))
    }
    return replace(
        compressed,
        formats=MappingProxyType(formats),
        int8_ranges=None,
        slicing=compressed.slicing or given.slicing,
    )


def require_finite(compressed: Compressed, consequence: str) -> None:
    """UsageError where the model holds NaN or infinity; ``consequence`` says what can't be done with it."""
    for name, values in compressed.module.state_dict().items():
        if not torch.isfinite(values).all():
            raise UsageError(
                f"{name} holds values that are not finite, which {consequence}: "
                "train the model again or choose another one."
            )


_LAYERS = (nn.Conv1d, nn.Conv2d, nn.Linear)
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def weight_names(module: nn.Module) -> tuple[str, ...]:
    """The parameters that compression works on: the weights of convolutions, linear layers and GRUs.

    Axis 0 of each is the output channel. Biases, norms and embeddings are left alone.
    """
    return tuple(_weight_names(module))


def _weight_names(module: nn.Module) -> Iterator[str]:
    for path, child in module.named_modules():
        prefix = f"{path}." if path else ""
        if isinstance(child, _LAYERS):
            yield f"{prefix}weight"
        elif isinstance(child, nn.GRU):
            yield from (
                f"{prefix}{name}" for name, _ in child.named_parameters() if "weight" in name
            )


def fold_batch_norm(compressed: Compressed) -> Compressed:
    """The same function with every batch norm folded into the layer before it.

    Inference needs no batch norm: ``gamma * (W x + b - mean) / sqrt(var + eps) + beta`` is a layer with
    scaled weights. It pairs each norm with the layer declared right before it in the same parent.
    """
    return compressed.folded


def _folded(compressed: Compressed) -> Compressed:
    module, scales = fold_module(compressed.module)
    folded_before = dict(compressed.fold_scales)
    return replace(compressed, module=module, fold_scales=MappingProxyType(folded_before | scales))


def fold_module(unfolded: nn.Module) -> tuple[nn.Module, dict[str, Tensor]]:
    """A copy with its batch norms folded, and by weight the factors that folding multiplied it by."""
    module, scales = copy.deepcopy(unfolded), {}
    for path, parent in list(module.named_modules()):
        layer_name, layer = "", None
        for name, child in list(parent.named_children()):
            if isinstance(child, _NORMS):
                if layer is None:
                    raise ValueError(f"The batch norm {path}.{name} follows no layer to fold into.")
                weight = ".".join(filter(None, (path, layer_name, "weight")))
                scales[weight] = _fold_into(layer, child)
                setattr(parent, name, nn.Identity())
                layer = None
            elif isinstance(child, _LAYERS):
                layer_name, layer = name, child
            elif not isinstance(child, nn.Identity):
                layer = None
    return module, scales


def trained_weight(compressed: Compressed, name: str) -> Tensor:
    """The weight as it was trained, before any batch norm was folded into it."""
    weight = compressed.module.get_parameter(name).detach()
    scale = compressed.fold_scales.get(name)
    if scale is None:
        return weight
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    return weight / per_channel(safe, weight)


def per_channel(values: Tensor, weight: Tensor) -> Tensor:
    """One value per output channel, shaped to multiply a weight."""
    return values.reshape(-1, *([1] * (weight.ndim - 1)))


@torch.no_grad()
def _fold_into(layer: nn.Module, norm: nn.Module) -> Tensor:
    assert isinstance(layer, _LAYERS) and isinstance(norm, _NORMS)
    assert norm.running_mean is not None and norm.running_var is not None
    gain = norm.gain if isinstance(norm, PositiveNorm) else norm.weight
    scale = gain / torch.sqrt(norm.running_var + norm.eps)
    bias = torch.zeros_like(norm.running_mean) if layer.bias is None else layer.bias
    layer.weight.mul_(per_channel(scale, layer.weight))
    layer.bias = nn.Parameter((bias - norm.running_mean) * scale + norm.bias, requires_grad=False)
    return scale.detach().clone()
