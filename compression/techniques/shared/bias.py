"""Bias correction: rounding shifts a layer's mean output, and its bias can shift it back.

Nagel et al., 2019, arXiv:1906.04721, section 4.2, with means from calibration images.
"""

from __future__ import annotations

from torch import Tensor

from compression.techniques.shared.layerwise import LayerStatistics


def corrected_bias(weight: Tensor, statistics: LayerStatistics) -> Tensor:
    """The bias [rows] with which a weight [groups, rows, d] puts out the mean that was asked for."""
    shift = (weight @ statistics.mean.unsqueeze(2)).squeeze(2)
    return (statistics.target_mean - shift).reshape(-1)
