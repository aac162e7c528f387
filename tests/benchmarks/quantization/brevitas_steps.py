"""Brevitas' own steps of post-training quantization, in the order of its example, on a folded model."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import brevitas.nn as qnn
import torch
from brevitas.core.scaling.standalone import ParameterFromStatsFromParameterScaling
from brevitas.core.zero_point import ParameterFromStatsFromParameterZeroPoint
from brevitas.graph.calibrate import bias_correction_mode, calibration_mode
from brevitas.graph.gpfq import gpfq_mode
from brevitas.graph.gptq import gptq_mode
from brevitas.graph.qronos import Qronos
from brevitas.graph.quantize import layerwise_quantize
from brevitas.quant.scaled_int import Int8WeightPerChannelFloat, Int8WeightPerChannelFloatMSE
from brevitas.quant.shifted_scaled_int import (
    ShiftedUint8ActPerTensorFloatMSE,
    ShiftedUint8WeightPerChannelFloatMSE,
)
from brevitas_examples.common.learned_round.learned_round_trainer import (
    LearnedRoundTrainer,
    get_blocks,
)
from brevitas_examples.imagenet_classification.ptq.learned_round_utils import (
    CacheVision,
    is_layer,
    parse_args_to_dataclass,
    vision_block_forward,
    vision_forward,
)
from torch import Tensor, nn

BATCH = 128
LEARNED_ROUND = Namespace(
    learned_round="hard_sigmoid",
    learned_round_loss="regularised_mse",
    learned_round_iters=1000,
    learned_round_lr=1e-2,
    learned_round_lr_scheduler=None,
    learned_round_batch_size=32,
)
"""Its example's defaults, but 32 images a step instead of one, and a learning rate of 0.01 instead of 0.001."""

Algorithm = Callable[[nn.Module, Sequence[Tensor]], None]


@dataclass(frozen=True)
class Method:
    """The grid of weights, how they are rounded to it, and whether any image is looked at."""

    weights: Any
    algorithm: Algorithm | None = None


def quantized(
    module: nn.Module, images: Tensor, method: Method, *, bits: int, activations: int | None = None
) -> nn.Module:
    """Brevitas' model. The scale is kept once it is chosen: who goes column by column needs a grid that stays."""
    settings = {
        "weight_quant": method.weights.let(
            bit_width=bits, scaling_impl=ParameterFromStatsFromParameterScaling
        ),
        "input_quant": activations and ShiftedUint8ActPerTensorFloatMSE.let(bit_width=activations),
        "bias_quant": None,
        "return_quant_tensor": False,
    }
    model = layerwise_quantize(
        module,
        {nn.Conv2d: (qnn.QuantConv2d, settings), nn.Linear: (qnn.QuantLinear, settings)},
    ).eval()
    batches = images.split(BATCH)
    with torch.no_grad():
        model(batches[0])  # sets the scales
        if activations:
            with calibration_mode(model):
                _show(model, batches)
    if method.algorithm is not None:
        method.algorithm(model, batches)
        with torch.no_grad(), bias_correction_mode(model):
            _show(model, batches)
    return model


def _show(model: nn.Module, batches: Sequence[Tensor]) -> None:
    for batch in batches:
        model(batch)


@torch.no_grad()
def _column_by_column(
    mode: Callable[..., Any], model: nn.Module, batches: Sequence[Tensor]
) -> None:
    with mode(model, create_weight_orig=True) as algorithm:
        for _ in range(algorithm.num_layers):
            _show(algorithm.model, batches)
            algorithm.update()


def _learned_round(model: nn.Module, batches: Sequence[Tensor]) -> None:
    """AdaRound, layer by layer (Nagel et al., 2020, arXiv:2004.10568); in floats, not in half precision."""
    config = parse_args_to_dataclass(LEARNED_ROUND)
    config.training_args.use_amp = False
    LearnedRoundTrainer(config=config).train(
        model=model,
        model_forward=vision_forward,
        block_forward=vision_block_forward,
        data_loader=[(batch, None) for batch in batches],
        cache=CacheVision(),
        get_blocks_fn=partial(get_blocks, block_check_fn=is_layer),
        keep_gpu=True,
    )


ABSMAX, MSE, ZERO_POINTS = (
    Int8WeightPerChannelFloat.let(narrow_range=False),
    Int8WeightPerChannelFloatMSE.let(narrow_range=False),
    ShiftedUint8WeightPerChannelFloatMSE.let(
        zero_point_impl=ParameterFromStatsFromParameterZeroPoint
    ),
)
"""All levels from -2^(bits-1), as in the example; by the largest magnitude or by squared error."""
GPTQ = partial(_column_by_column, partial(gptq_mode, act_order=True, use_quant_activations=False))
QRONOS = partial(_column_by_column, partial(gpfq_mode, act_order=True, algorithm_impl=Qronos))
LEARNED = _learned_round
