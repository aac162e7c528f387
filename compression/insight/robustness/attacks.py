"""FGSM (Goodfellow et al., 2014, arXiv:1412.6572) and PGD (Madry et al., 2017, arXiv:1706.06083), in the maximum norm.

Gradients pass rounded activations straight through (Bengio et al., 2013, arXiv:1308.3432), as `rounding` makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.errors import UsageError
from compression.models.answers import answers_of

BATCH_SIZE = 128
"""Nearly twice as fast as 1,000 at once: activations stay in the cache."""

STEPS = 20
PACE = 2.5
"""Of PGD, a step is so many times epsilon / steps (Madry et al.): it can reach each corner, and turn round."""

NO_GRADIENT = (
    "This model gives no gradient to follow from its answers back to its inputs: attack the original, "
    "whose examples can be tried on it."
)


@dataclass(frozen=True)
class Reach:
    """How far an attack may move each value of an input, and between which ends it has to stay."""

    epsilon: float
    low: float
    high: float

    def within(self, moved: Tensor, inputs: Tensor) -> Tensor:
        """``moved`` brought back to at most epsilon from ``inputs``, and to what an input can be."""
        near = torch.min(torch.max(moved, inputs - self.epsilon), inputs + self.epsilon)
        return near.clamp(self.low, self.high)


def fgsm(module: nn.Module, inputs: Tensor, labels: Tensor, reach: Reach) -> Tensor:
    """One step of epsilon up the loss's gradient; against a linear model of two classes nothing does worse."""
    return reach.within(inputs + reach.epsilon * _uphill(module, inputs, labels), inputs)


def pgd(
    module: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    reach: Reach,
    *,
    steps: int = STEPS,
    seed: int = 0,
    start: Tensor | None = None,
    stop_when_fooled: bool = True,
) -> Tensor:
    """Several small steps up the gradient from a random place, or from ``start``, each brought back within reach.

    Who is fooled already is left as it is, which saves most of the time; for examples that are to be tried on another
    model too (``stop_when_fooled=False``) all steps are taken.
    """
    random = torch.Generator().manual_seed(seed)
    noise = reach.epsilon * (2 * torch.rand(inputs.shape, generator=random) - 1)
    found = reach.within(inputs + noise if start is None else start, inputs)
    going = torch.arange(len(inputs))
    pace = PACE * reach.epsilon / steps
    for _ in range(steps):
        here = found[going]
        slope, logits = _uphill_and_logits(module, here, labels[going])
        if stop_when_fooled:
            still = answers_of(logits) == labels[going]
            going, here, slope = going[still], here[still], slope[still]
            if not len(going):
                break
        found[going] = reach.within(here + pace * slope, inputs[going])
    return found


@contextmanager
def fixed(module: nn.Module) -> Iterator[nn.Module]:
    """The module in evaluation mode, its parameters out of the gradient's way while it is attacked."""
    needed = [parameter for parameter in module.parameters() if parameter.requires_grad]
    was_training = module.training
    module.eval().requires_grad_(False)
    try:
        yield module
    finally:
        module.train(was_training)
        for parameter in needed:
            parameter.requires_grad_(True)


def answered(module: nn.Module, inputs: Tensor) -> Tensor:
    """The classes [N] that a module says; -1 where its logits are not numbers."""
    with torch.inference_mode():
        said = []
        for part in inputs.split(BATCH_SIZE):
            logits = module(part)
            wrong = torch.isnan(logits).any(-1)
            said.append(torch.where(wrong, -1, answers_of(logits)))
    return torch.cat(said)


def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
    """The summed cross-entropy; one output alone is the logit of class 1."""
    if logits.shape[-1] == 1:
        return F.binary_cross_entropy_with_logits(logits[..., 0], labels.float(), reduction="sum")
    return F.cross_entropy(logits, labels, reduction="sum")


def _uphill(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
    parts = zip(inputs.split(BATCH_SIZE), labels.split(BATCH_SIZE), strict=True)
    return torch.cat([_uphill_and_logits(module, *part)[0] for part in parts])


def _uphill_and_logits(module: nn.Module, inputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The signs of the loss's gradient at the inputs, and the logits there."""
    moved = inputs.detach().requires_grad_()
    logits = module(moved)
    if not logits.requires_grad:
        raise UsageError(NO_GRADIENT)
    (slope,) = torch.autograd.grad(loss_of(logits, labels), [moved])
    return slope.sign(), logits.detach()
