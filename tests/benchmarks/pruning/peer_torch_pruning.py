"""torch-pruning: whole channels by their weights' size; alone, with new batch-norm statistics, and then in few bits.

Few bits are what is at hand beside it: each weight to the nearest of evenly spaced values, or ONNX Runtime's int8.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch_pruning
from onnxruntime.quantization import CalibrationMethod
from torch import nn

from compression.deploy.onnx import export_onnx
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, fold_batch_norm
from tests.benchmarks.pruning.ours import RATIOS
from tests.benchmarks.pruning.table import Row
from tests.benchmarks.quantization import peer_onnxruntime
from tests.benchmarks.quantization.setting import Setting, timed

TOOL = "torch-pruning"
BITS = (8, 4, 3, 2)
SCALE_BITS = 16


@dataclass(frozen=True)
class Given:
    """What ONNX Runtime's quantization is given."""

    file: bytes
    images: np.ndarray


def rows(setting: Setting) -> Iterator[Row]:
    narrower(setting, 0.2)  # not counted: whatever is only set up once
    for ratio in RATIOS:
        module, seconds = timed(lambda ratio=ratio: narrower(setting, ratio))
        yield row(setting, module, "channels", TOOL, "L2", f"{ratio:.0%} fewer", seconds)
        module, more = timed(lambda module=module: reestimated(setting, module))
        both = seconds + more
        yield row(
            setting,
            module,
            "channels",
            TOOL,
            "L2, batch norms re-estimated",
            f"{ratio:.0%} fewer",
            both,
        )
        yield from in_few_bits(setting, module, ratio, both)
    yield from in_few_bits(setting, setting.trained(), 0, 0.0)


def narrower(setting: Setting, ratio: float) -> nn.Module:
    """The model with the share of all channels removed; its answers stay."""
    module = setting.trained()
    example = torch.from_numpy(setting.images[:1])
    answers = [layer for layer in module.modules() if isinstance(layer, nn.Linear)][-1]
    torch_pruning.pruner.MagnitudePruner(
        module,
        example,
        importance=torch_pruning.importance.MagnitudeImportance(p=2),
        pruning_ratio=ratio,
        ignored_layers=[answers],
    ).step()
    return module.eval()


@torch.no_grad()
def reestimated(setting: Setting, module: nn.Module) -> nn.Module:
    """Means and variances of all batch norms as they are for the calibration images."""
    for norm in module.modules():
        if isinstance(norm, nn.BatchNorm2d):
            norm.reset_running_stats()
            norm.momentum = None
    module.train()
    for batch in torch.from_numpy(setting.images).split(128):
        module(batch)
    return module.eval()


def in_few_bits(setting: Setting, module: nn.Module, ratio: float, seconds: float) -> Iterator[Row]:
    tool = f"{TOOL} + nearest" if ratio else "nearest"
    for bits in BITS:
        (rounded, size), more = timed(lambda bits=bits: nearest(setting, module, bits))
        name = f"{ratio:.0%} fewer channels, {bits} bits"
        yield row(setting, rounded, "bytes", tool, "per channel", name, seconds + more, size)
    tool = f"{TOOL} + ONNX Runtime" if ratio else "ONNX Runtime"
    folded = fold_batch_norm(Compressed(model_card(setting.model_id), module)).module
    file = export_onnx(folded, setting.images.shape[1:])
    given = Given(file, setting.images)
    int8, more = timed(lambda: peer_onnxruntime.quantized(given, CalibrationMethod.MinMax))
    name, count = f"{ratio:.0%} fewer channels, int8", sum(p.numel() for p in folded.parameters())
    accuracy, note = setting.accuracy(int8), "activations in 8 bits too; the file holds the graph"
    yield Row(
        "bytes", tool, "static, minmax", name, accuracy, seconds + more, count, len(int8), note
    )


@torch.no_grad()
def nearest(setting: Setting, module: nn.Module, bits: int) -> tuple[nn.Module, int]:
    """Weights on evenly spaced values up to each channel's largest, and the bytes that these, a 16-bit scale and a
    16-bit bias per channel take without any header."""
    folded = fold_batch_norm(Compressed(model_card(setting.model_id), module)).module
    high, total = 2 ** (bits - 1) - 1, 0
    for layer in folded.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            rows_ = layer.weight.flatten(1)
            scale = (rows_.abs().amax(1, keepdim=True) / max(high, 1)).clamp_min(1e-12)
            rounded = (rows_ / scale).round().clamp(-high - 1, high) * scale
            layer.weight.copy_(rounded.reshape(layer.weight.shape))
            total += bits * rows_.numel() + 2 * SCALE_BITS * len(rows_)
    return folded, math.ceil(total / 8)


def row(
    setting: Setting,
    module: nn.Module,
    part: str,
    tool: str,
    method: str,
    name: str,
    seconds: float,
    size: int | None = None,
) -> Row:
    count = sum(parameter.numel() for parameter in module.parameters())
    return Row(part, tool, method, name, setting.accuracy_of(module), seconds, count, size)
