"""Which training examples a student sees, with and without their labels, each by a number of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from compression.errors import UsageError
from compression.training.data import TrainingData

UNKNOWN = -1
"""Instead of a label that is not used."""


@dataclass(frozen=True, eq=False)
class Examples:
    """All training inputs [N, ...]; what a student sees of them by number [M], repeats included.

    A view is a number below N for an input as it is, and N more for its mirror image. ``labels`` [N] are
    ``UNKNOWN`` where they are not used.
    """

    inputs: Tensor
    labels: Tensor
    numbers: Tensor
    mirror: Callable[[Tensor], Tensor] | None = None

    @property
    def labelled_share(self) -> float:
        """Of what a student sees."""
        return float((self.labels[self.numbers] != UNKNOWN).float().mean())

    @property
    def views(self) -> int:
        """How many there are of all inputs."""
        return len(self.inputs) * (1 if self.mirror is None else 2)

    def look(self, views: Tensor) -> Tensor:
        """The inputs [B, ...] behind views [B]."""
        inputs = self.inputs[views % len(self.inputs)]
        if self.mirror is None:
            return inputs
        is_mirrored = (views >= len(self.inputs)).reshape(-1, *[1] * (inputs.ndim - 1))
        return torch.where(is_mirrored, self.mirror(inputs), inputs)

    def truth(self, views: Tensor) -> Tensor:
        """The labels [B] that are used for views [B]."""
        return self.labels[views % len(self.labels)]

    def training(self, data: TrainingData) -> TrainingData:
        """The same data with numbers in the place of inputs: whoever computes a loss looks them up."""
        return replace(
            data,
            inputs=self.numbers,
            labels=self.truth(self.numbers),
            augment=self._mirrored,
            bfloat16=False,
        )

    def _mirrored(self, numbers: Tensor, random: torch.Generator) -> Tensor:
        """Half of the views mirrored."""
        if self.mirror is None:
            return numbers
        chosen = torch.rand(len(numbers), generator=random) < 0.5
        return numbers + len(self.inputs) * chosen


def choose_examples(
    data: TrainingData, *, labelled: float, unlabelled: float, labels_only: bool, seed: int
) -> Examples:
    """A share of each class with labels, at least one; a share of the others without.

    With ``labels_only`` the labelled ones are repeated until they are as many: equal epochs then are
    equally many updates. UsageError where a class has no example at all.
    """
    random = torch.Generator().manual_seed(seed)
    known = _stratified(data.labels, labelled, random)
    rest = torch.ones(len(data.labels), dtype=torch.bool)
    rest[known] = False
    others = rest.nonzero().ravel()
    others = others[
        torch.randperm(len(others), generator=random)[: round(unlabelled * len(others))]
    ]
    labels = torch.full_like(data.labels, UNKNOWN)
    labels[known] = data.labels[known]
    seen = len(known) + len(others)
    if labels_only:
        order = known[torch.randperm(len(known), generator=random)]
        numbers = order.repeat(-(-seen // len(order)))[:seen]
    else:
        numbers = torch.cat([known, others])
    return Examples(data.inputs, labels, numbers, data.mirror)


def _stratified(labels: Tensor, share: float, random: torch.Generator) -> Tensor:
    """The numbers of that share of each class, at least one of each."""
    chosen = []
    for label in range(int(labels.max()) + 1):
        of_class = (labels == label).nonzero().ravel()
        if not len(of_class):
            raise UsageError(
                f"The training examples hold none of class {label}, so nothing can be learned of it: "
                "take a data set with examples of each class."
            )
        count = max(1, round(share * len(of_class)))
        chosen.append(of_class[torch.randperm(len(of_class), generator=random)[:count]])
    return torch.cat(chosen)
