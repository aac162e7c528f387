"""A module that rounds as its recipe says, in the form that PyTorch's own runtimes read (PT2E quantization)."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, fx
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

from compression.deploy.runtimes import Source

IMAGES = 64
"""Calibration images, run one by one, that show the ranges the recipe says nothing about: sums and logits."""

INT8 = 128
"""Our codes of activations run from 0 to 255, theirs from -128 to 127."""


def example(source: Source) -> tuple[Tensor]:
    """The input that fixes the program's shapes: one image."""
    return (torch.from_numpy(source.images[:1]),)


def quantized(source: Source, quantizer: Any, *, fold: bool) -> fx.GraphModule:
    """The int8 module: each weight on the integers it lies on already, each layer's input as it was calibrated.

    The runtime's ``quantizer`` says which other operators are rounded. A code of -128, which these kernels
    have not got, becomes -127. ``fold`` stores the weights as integers, as ExecuTorch expects.
    """
    prepared = prepare_pt2e(_exported(source), quantizer)
    with torch.no_grad():
        for image in torch.from_numpy(source.images[:IMAGES]):
            prepared(image[None])
    _set_scales(prepared, source)
    converted: fx.GraphModule = convert_pt2e(prepared, fold_quantize=fold)
    return converted


def _exported(source: Source) -> fx.GraphModule:
    module: fx.GraphModule = torch.export.export(source.module, example(source)).module()
    return module


def _set_scales(prepared: fx.GraphModule, source: Source) -> None:
    """The recipe's scales instead of those observed: ranges seen in 64 images, or the largest weights."""
    for node in prepared.graph.nodes:
        if node.op != "get_attr" or node.target not in source.scales:
            continue
        rows = len(source.module.get_parameter(node.target))
        steps = torch.from_numpy(np.broadcast_to(source.scales[node.target], rows).copy())
        number_format = source.activations[node.target.rpartition(".")[0]]
        step = torch.tensor([number_format.scale])
        zero = torch.tensor([number_format.zero_point - INT8])
        for observer in node.users:
            _set(prepared, observer, steps, torch.zeros(rows, dtype=torch.int64))
            for layer in observer.users:
                _set(prepared, layer.args[0], step, zero)


def _set(prepared: fx.GraphModule, observer: fx.Node, scale: Tensor, zero: Tensor) -> None:
    """What this observer will answer; a layer that the quantizer leaves in floats has none."""
    if observer.op == "call_module":
        prepared.get_submodule(str(observer.target)).calculate_qparams = lambda: (scale, zero)  # type: ignore[assignment]
