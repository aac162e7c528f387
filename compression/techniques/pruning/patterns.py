"""N:M patterns: of each M neighbouring input channels at most N are kept, as sparse tensor cores want it.

Zhou et al., 2021, arXiv:2102.04010; 2:4 is NVIDIA's (Mishra et al., 2021, arXiv:2104.08378).
"""

from __future__ import annotations

from torch import Size, Tensor
from torch.nn import functional as F


def kept_of_each(pattern: str) -> tuple[int, int]:
    """``2:4`` as (2, 4)."""
    kept, of = pattern.split(":")
    return int(kept), int(of)


def outside(scores: Tensor, pattern: str) -> Tensor:
    """A mask of the weights that the pattern has no room for: the lowest scores of each group.

    ``scores`` are a weight's, [output channels, input channels of a group, ...]. Groups run along input channels, at
    each place of a kernel: kernels read images channels last, so these are neighbours there. Where M doesn't divide
    the channels, the last group is filled up with channels of zeros, as such kernels do: up to N stay of however few.
    """
    kept, of = kept_of_each(pattern)
    along = scores.movedim(1, -1)
    channels = along.shape[-1]
    padded = F.pad(along, (0, -channels % of), value=-1.0).unflatten(-1, (-1, of))
    ranks = padded.argsort(dim=-1, descending=True, stable=True).argsort(-1)
    gone = (ranks >= kept).flatten(-2)[..., :channels]
    return gone.movedim(-1, 1).contiguous()


def inside(scores: Tensor, *, shape: Size, pattern: str) -> Tensor:
    """True for the weights that the pattern has room for; ``scores``, of any shape, are of a weight of ``shape``."""
    return ~outside(scores.reshape(shape), pattern).reshape(scores.shape)
