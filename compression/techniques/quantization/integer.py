"""Symmetric integer quantization of weights, rounded to nearest.

Krishnamoorthi, 2018, arXiv:1806.08342, sections 2.2 and 3.
"""

from __future__ import annotations

import copy
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from compression.compressed import Compressed, StepContext, fold_batch_norm, weight_names
from compression.encoding import Integer, NumberFormat
from compression.techniques.quantization.knobs import Quantize


@torch.no_grad()
def quantize(compressed: Compressed, step: Quantize, context: StepContext) -> Compressed:
    """Round every weight to the nearest multiple of its scale; batch norms are folded first.

    Folding comes first because the folded weight is the one that is stored and multiplied.
    """
    folded = fold_batch_norm(compressed)
    module = copy.deepcopy(folded.module)
    formats: dict[str, NumberFormat] = dict(folded.formats)
    for name in weight_names(module):
        weight = module.get_parameter(name)
        number_format = absmax_format(weight, bits=step.bits, per=step.per)
        weight.copy_(round_to_grid(weight, number_format))
        formats[name] = number_format
    return folded.with_module(module, MappingProxyType(formats))


def absmax_format(weight: Tensor, *, bits: int, per: str) -> Integer:
    """The grid whose largest code is the largest magnitude; an all-zero channel gets scale 1."""
    rows = weight.reshape(weight.shape[0], -1) if per == "channel" else weight.reshape(1, -1)
    scale = rows.abs().amax(dim=1) / (2 ** (bits - 1) - 1)
    # A subnormal scale would not survive the division back to codes.
    scale = torch.where(scale < torch.finfo(torch.float32).tiny, torch.ones_like(scale), scale)
    return Integer(bits, scale.numpy().astype(np.float32))


def round_to_grid(weight: Tensor, number_format: Integer) -> Tensor:
    scale = torch.from_numpy(number_format.broadcast_scale(weight.ndim))
    codes = torch.round(weight / scale).clamp(-number_format.largest, number_format.largest)
    return codes * scale
