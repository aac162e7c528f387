"""Brevitas, simulated: weights in any bits, read back into the float model; and activations in few bits too.

Each algorithm has the scales that suit it best here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import brevitas.nn as qnn
import torch
from brevitas.export.inference import quant_inference_mode
from torch import nn

from tests.benchmarks.coded import CODED, coded_bytes
from tests.benchmarks.quantization.brevitas_steps import (
    ABSMAX,
    GPTQ,
    LEARNED,
    MSE,
    QRONOS,
    ZERO_POINTS,
    Method,
    quantized,
)
from tests.benchmarks.quantization.widths import BITS, WIDTHS, named
from tests.benchmarks.setting import SEEDS, Setting, most_levels, timed
from tests.benchmarks.table import Row

TOOL = "Brevitas"
METHODS = {
    "nearest": Method(ABSMAX),
    "mse": Method(MSE),
    "gptq + bias": Method(ABSMAX, GPTQ),
    "qronos + bias": Method(ABSMAX, QRONOS),
    "qronos + bias (zero points)": Method(ZERO_POINTS, QRONOS),
    "learned round + bias": Method(MSE, LEARNED),
}
LEARNED_NAME = "learned round + bias"
COMPARED = ("gptq + bias", "qronos + bias (zero points)")
"""With all seeds, and with activations; the others with the first seed only."""


def rows(setting: Setting) -> Iterator[Row]:
    """Weights alone, what takes seconds."""
    _warm_up(setting.model_id)
    for name in METHODS if setting.seed == SEEDS[0] else COMPARED:
        if name != LEARNED_NAME:
            yield from (_weights_alone(setting, name, bits) for bits in BITS)


def learned_rows(setting: Setting) -> Iterator[Row]:
    """Its AdaRound, which takes half a minute for each."""
    yield from (_weights_alone(setting, LEARNED_NAME, bits) for bits in BITS)


def activation_rows(setting: Setting) -> Iterator[Row]:
    """The inputs of all layers are rounded too, as in ours."""
    _warm_up(setting.model_id)
    for name in COMPARED:
        for bits, activations in WIDTHS:
            model, seconds = timed(lambda n=name, b=bits, a=activations: _made(setting, n, b, a))
            yield Row(
                "activations", setting.model_id, TOOL, name, named(bits, activations),
                _simulated_accuracy(setting, model), seconds, setting.seed, note="simulated",
            )  # fmt: skip


@torch.no_grad()
def _simulated_accuracy(setting: Setting, model: nn.Module) -> float:
    """As its example does: weights are quantized once, not for every batch."""
    with quant_inference_mode(model):
        model(torch.from_numpy(setting.images[:1]))
        return setting.simulated_accuracy(model)


@cache
def _warm_up(model_id: str) -> None:
    """Not counted: whatever is only set up once."""
    _made(Setting(model_id), COMPARED[0], 8)


def _weights_alone(setting: Setting, name: str, bits: int) -> Row:
    model, seconds = timed(lambda: _made(setting, name, bits))
    plain = _in_floats(setting, model)
    assert most_levels(plain) <= 2**bits
    codes = [layer.quant_weight().int().numpy() for _, layer in _layers(model)]
    size = coded_bytes(codes, zero_point_bits=bits if "zero" in name else 0)
    return Row(
        "bits", setting.model_id, TOOL, name, f"{bits} bits", setting.accuracy(plain), seconds,
        setting.seed if METHODS[name].algorithm else None, size, note=CODED,
    )  # fmt: skip


def _made(setting: Setting, name: str, bits: int, activations: int | None = None) -> nn.Module:
    torch.manual_seed(setting.seed)
    images = torch.from_numpy(setting.images)
    return quantized(setting.module(), images, METHODS[name], bits=bits, activations=activations)


def _layers(model: nn.Module) -> list[tuple[str, nn.Module]]:
    kinds = (qnn.QuantConv2d, qnn.QuantLinear)
    return [(path, layer) for path, layer in model.named_modules() if isinstance(layer, kinds)]


@torch.no_grad()
def _in_floats(setting: Setting, model: nn.Module) -> nn.Module:
    plain = setting.module()
    for path, layer in _layers(model):
        target = plain.get_submodule(path)
        target.weight.copy_(layer.quant_weight().value)
        target.bias.copy_(layer.bias)
    return plain
