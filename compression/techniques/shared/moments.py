"""What a layer is given and what it should put out, as the moments that rounding and refitting need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor


@dataclass(frozen=True, eq=False)
class LayerStatistics:
    """Moments over columns x of a layer's inputs and y of what it should put out, each computed when asked for.

    ``gram`` [groups, d, d] and ``cross`` [groups, rows, d] are covariances of x and of y with x, ``mean``
    [groups, d] and ``target_mean`` [groups, rows] the means: a weight W with bias b puts out W x + b.
    """

    columns: Tensor
    """[groups, count, d]"""
    targets: Tensor
    """[groups, count, rows of a group]"""

    @property
    def count(self) -> int:
        return self.columns.shape[1]

    @cached_property
    def mean(self) -> Tensor:
        return self.columns.mean(1)

    @cached_property
    def target_mean(self) -> Tensor:
        return self.targets.mean(1)

    @cached_property
    def gram(self) -> Tensor:
        # From centred columns: the difference of large products is not positive in float32 for inputs
        # that hardly vary, as those of pruned channels.
        centred = self.columns - self.mean.unsqueeze(1)
        return centred.transpose(1, 2) @ centred / self.count

    @cached_property
    def cross(self) -> Tensor:
        centred = self.columns - self.mean.unsqueeze(1)
        return self.targets.transpose(1, 2) @ centred / self.count

    @property
    def moment(self) -> Tensor:
        """E[x x^T], not centred: for weights whose bias can't follow."""
        return self.gram + self.mean.unsqueeze(2) * self.mean.unsqueeze(1)

    @property
    def cross_moment(self) -> Tensor:
        return self.cross + self.target_mean.unsqueeze(2) * self.mean.unsqueeze(1)

    @property
    def size_bytes(self) -> int:
        """Once all is computed."""
        groups, _, width = self.columns.shape
        moments = groups * width * (width + self.targets.shape[2])
        return 4 * (self.columns.numel() + self.targets.numel() + moments)


def power(matrix: Tensor, gram: Tensor) -> float:
    """The summed variance of what ``matrix`` [groups, rows, d] puts out, for inputs of covariance ``gram``."""
    return max(0.0, float(((matrix @ gram) * matrix).sum()))
