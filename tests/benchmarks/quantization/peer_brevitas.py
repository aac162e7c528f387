"""Brevitas: weights in any bits, simulated; its rounded weights are read back into the float model.

Each algorithm has the scales that suit it best here, from the largest magnitude or by squared error, and all levels
from -2^(bits-1), as in Brevitas' own example of post-training quantization.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import brevitas.nn as qnn
import torch
from brevitas.core.scaling.standalone import ParameterFromStatsFromParameterScaling
from brevitas.core.zero_point import ParameterFromStatsFromParameterZeroPoint
from brevitas.graph.calibrate import bias_correction_mode
from brevitas.graph.gpfq import gpfq_mode
from brevitas.graph.gptq import gptq_mode
from brevitas.graph.qronos import Qronos
from brevitas.graph.quantize import layerwise_quantize
from brevitas.quant.scaled_int import Int8WeightPerChannelFloat, Int8WeightPerChannelFloatMSE
from brevitas.quant.shifted_scaled_int import ShiftedUint8WeightPerChannelFloatMSE
from torch import Tensor, nn

from tests.benchmarks.quantization.setting import Setting, most_levels, timed
from tests.benchmarks.quantization.table import Row

BITS = (8, 4, 3, 2)
BATCH = 128
ABSMAX, MSE, ZERO_POINTS = (
    Int8WeightPerChannelFloat.let(narrow_range=False),
    Int8WeightPerChannelFloatMSE.let(narrow_range=False),
    ShiftedUint8WeightPerChannelFloatMSE.let(
        zero_point_impl=ParameterFromStatsFromParameterZeroPoint
    ),
)
GPTQ = partial(gptq_mode, act_order=True, use_quant_activations=False)
QRONOS = partial(gpfq_mode, act_order=True, algorithm_impl=Qronos)
METHODS: dict[str, tuple[Any, Any]] = {
    "nearest": (ABSMAX, None),
    "mse": (MSE, None),
    "gptq + bias": (ABSMAX, GPTQ),
    "qronos + bias": (ABSMAX, QRONOS),
    "qronos + bias (zero points)": (ZERO_POINTS, QRONOS),
}


def rows(setting: Setting) -> Iterator[Row]:
    for method in METHODS:
        quantized(setting, method, 8)  # not counted: whatever is only set up once
        for bits in BITS:
            module, seconds = timed(lambda m=method, b=bits: quantized(setting, m, b))
            assert most_levels(module) <= 2**bits
            accuracy = setting.accuracy(module)
            yield Row(setting.model_id, "Brevitas", method, bits, accuracy, seconds)


@torch.no_grad()
def quantized(setting: Setting, method: str, bits: int) -> nn.Module:
    """The float model with Brevitas' weights and biases, the steps in the order of its own example.

    The scale is kept once it is chosen, as there: algorithms that go column by column need a grid that stays.
    """
    grid, algorithm = METHODS[method]
    weights = grid.let(bit_width=bits, scaling_impl=ParameterFromStatsFromParameterScaling)
    settings = {"weight_quant": weights, "input_quant": None, "bias_quant": None}
    model = layerwise_quantize(
        setting.module(),
        {nn.Conv2d: (qnn.QuantConv2d, settings), nn.Linear: (qnn.QuantLinear, settings)},
    ).eval()
    batches = torch.from_numpy(setting.images).split(BATCH)
    model(batches[0])  # sets the scales
    if algorithm is not None:
        _round_by(algorithm(model, create_weight_orig=True), batches)
        with bias_correction_mode(model):
            for batch in batches:
                model(batch)
    return _in_floats(setting, model)


def _round_by(mode: Any, batches: tuple[Tensor, ...]) -> None:
    with mode as algorithm:
        for _ in range(algorithm.num_layers):
            for batch in batches:
                algorithm.model(batch)
            algorithm.update()


def _in_floats(setting: Setting, model: nn.Module) -> nn.Module:
    plain = setting.module()
    for path, layer in model.named_modules():
        if isinstance(layer, (qnn.QuantConv2d, qnn.QuantLinear)):
            target = plain.get_submodule(path)
            target.weight.copy_(layer.quant_weight().value)
            target.bias.copy_(layer.bias)
    return plain
