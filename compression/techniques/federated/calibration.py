"""Calibrated clients: one that has never seen a class is not taught that the class does not exist."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

ABSENT = 0.1
"""Examples that stand for those of a class of which a client has none: its logarithm must be a number."""


def own_shares(counts: NDArray[np.int64]) -> Tensor:
    """The logarithm of each class's share among a client's examples, for counts [clients, classes].

    Added to the logits while a client trains, they say what it would guess without looking; its weights need not learn
    that, and the server's model, which goes without, is not bent towards it (logit adjustment; Menon et al., 2020,
    arXiv:2007.07314; of federated clients, Zhang et al., 2022, arXiv:2209.00189).
    """
    examples = torch.from_numpy(counts).float()
    shares = (examples + ABSENT) / (examples + ABSENT).sum(1, keepdim=True)
    return shares.log()
