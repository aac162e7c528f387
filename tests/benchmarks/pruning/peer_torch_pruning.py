"""torch-pruning: whole channels by their weights' size; alone, with the help that ours get, and then in few bits.

Few bits are what is at hand beside it: each weight to the nearest of evenly spaced values. ONNX Runtime's int8 of the
whole model stands beside them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import product

import torch
import torch_pruning
from onnxruntime.quantization import CalibrationMethod
from torch import nn

from tests.benchmarks.pruning.nearest import SCALES, nearest
from tests.benchmarks.pruning.ours import RATIOS, fewer, in_bits
from tests.benchmarks.pruning.repairs import distilled, reestimated
from tests.benchmarks.quantization import peer_onnxruntime
from tests.benchmarks.setting import SEEDS, Setting, parameters_of, timed
from tests.benchmarks.table import Row

TOOL = "torch-pruning"
ALONE = "L2"
REESTIMATED, DISTILLED = "L2, batch norms re-estimated", "L2, self-distilled"
BITS = (8, 4, 3, 2)
INT8_NOTE = "activations in 8 bits too; the file holds the graph"


def rows(setting: Setting) -> Iterator[Row]:
    """Everything that trains nothing."""
    narrower(setting, 0.2)  # not counted: whatever is only set up once
    for ratio in RATIOS:
        module, seconds = timed(lambda ratio=ratio: narrower(setting, ratio))
        if setting.seed == SEEDS[0]:  # no image is looked at
            yield _row(setting, module, ALONE, ratio, seconds, None)
        module, more = timed(lambda module=module: reestimated(setting, module))
        yield _row(setting, module, REESTIMATED, ratio, seconds + more, setting.seed)
        if ratio == RATIOS[0]:  # beyond, nothing is left to lose
            yield from in_few_bits(setting, module, REESTIMATED, ratio, seconds + more)
    if setting.seed == SEEDS[0]:
        yield from in_few_bits(setting, setting.trained(), "nearest", 0, 0.0)
    yield in_int8(setting)


def learned_rows(setting: Setting) -> Iterator[Row]:
    """The same after learning the original's answers, with as many images and steps as ours."""
    for ratio in RATIOS:
        module = narrower(setting, ratio)
        module, seconds = timed(lambda m=module: distilled(setting, reestimated(setting, m)))
        yield _row(setting, module, DISTILLED, ratio, seconds, setting.seed)
        yield from in_few_bits(setting, module, DISTILLED, ratio, seconds)


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


def in_few_bits(
    setting: Setting, module: nn.Module, method: str, ratio: float, seconds: float
) -> Iterator[Row]:
    """Rounded to nearest, one way or the other; the module stays as it is."""
    tool, seed = (f"{TOOL} + nearest", setting.seed) if ratio else ("nearest", None)
    for scale, bits in product(SCALES, BITS):
        twin = copy.deepcopy(module)
        (rounded, size), more = timed(
            lambda b=bits, t=twin, s=scale: nearest(setting.model_id, t, b, s)
        )
        yield Row(
            "bytes", setting.model_id, tool, method + scale.removeprefix("nearest"), in_bits(ratio, bits),
            setting.accuracy(rounded), seconds + more, seed, size, parameters_of(rounded),
        )  # fmt: skip


def in_int8(setting: Setting) -> Row:
    """The whole model in ONNX Runtime's int8, for comparison."""
    int8, seconds = timed(
        lambda: peer_onnxruntime.quantized(setting.file, setting.images, CalibrationMethod.MinMax)
    )
    return Row(
        "bytes", setting.model_id, "ONNX Runtime", "static, minmax", "0% fewer channels, int8",
        setting.accuracy(int8), seconds, setting.seed, len(int8), note=INT8_NOTE,
    )  # fmt: skip


def _row(
    setting: Setting, module: nn.Module, method: str, ratio: float, seconds: float, seed: int | None
) -> Row:
    return Row(
        "channels", setting.model_id, TOOL, method, fewer(ratio), setting.accuracy(module),
        seconds, seed, parameters=parameters_of(module),
    )  # fmt: skip
