"""A batch norm that never turns its input around, so that max-pooling may stand before it and yet be folded past."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class PositiveNorm(nn.BatchNorm2d):
    """It multiplies by the magnitude of its weight.

    A larger input then is a larger output: the maximum of a norm's outputs is its output of the maximum, which lets
    `compressed.fold_batch_norm` move it into the convolution before the pooling.
    """

    def forward(self, inputs: Tensor) -> Tensor:
        assert self.momentum is not None and self.num_batches_tracked is not None
        if self.training:
            self.num_batches_tracked.add_(1)
        return F.batch_norm(
            inputs,
            self.running_mean,
            self.running_var,
            self.gain,
            self.bias,
            self.training,
            self.momentum,
            self.eps,
        )

    @property
    def gain(self) -> Tensor:
        """What each channel is multiplied by."""
        return self.weight.abs()
