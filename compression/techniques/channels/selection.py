"""Which channels go first, and what going costs: elimination on the Gram matrices of the layers that read them.

Optimal brain surgeon (Hassibi & Stork, 1992) for whole channels: without the inputs B a layer W with inputs of
covariance G does worse by tr(W_B (G^-1)_BB^-1 W_B'), its other weights adapting; the channel that costs all its
readers least goes, they adapt, and so on (as in Kurtic et al., 2023, ZipLM, arXiv:2302.04089).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from compression.techniques.channels.groups import Group
from compression.techniques.shared.layerwise import Layer, LayerStatistics
from compression.techniques.shared.least_squares import damped, ridge_for

ANSWERS = 4.0
"""How much an error of the last layer counts: no layer behind it can make up for it. Chosen on validation images."""

TRUST = 0.3
"""The share of the usual ridge: less chose better channels of ResNet-8 for images that weren't looked at."""


@dataclass(frozen=True, eq=False)
class Elimination:
    """Channels that go one after the other: ``order`` [channels]; ``error`` [channels + 1], after so many are gone.

    The error is the share of its readers' output variance that is lost, summed over readers; the last layer's
    counts `ANSWERS` times.
    """

    order: Tensor
    error: Tensor

    def stay(self, count: int) -> Tensor:
        """The last so many to go, ascending."""
        return self.order[len(self.order) - count :].sort().values

    def times(self, factor: float) -> Elimination:
        """The same order at other costs."""
        return Elimination(self.order, self.error * factor)


def eliminate(
    group: Group,
    layers: Mapping[str, Layer],
    statistics: Mapping[str, LayerStatistics],
    order: Tensor | None = None,
) -> Elimination:
    """The order of least harm and its costs; or the costs of a given order."""
    last = list(layers)[-1]
    readers = [
        _Reader(layers[name], statistics[name], places, ANSWERS if name == last else 1.0)
        for name, places in group.columns.items()
    ]
    alive = torch.ones(group.size, dtype=torch.bool)
    chosen: list[int] = []
    errors = [0.0]
    for number in range(group.size):
        if order is None:
            costs = torch.stack([reader.costs() for reader in readers]).sum(0)
            channel = int(torch.where(alive, costs, torch.inf).argmin())
            cost = float(costs[channel])
        else:
            channel = int(order[number])
            cost = sum(float(reader.costs()[channel]) for reader in readers)
        for reader in readers:
            reader.remove(channel)
        alive[channel] = False
        chosen.append(channel)
        errors.append(errors[-1] + max(cost, 0.0))
    return Elimination(torch.tensor(chosen), torch.tensor(errors, dtype=torch.float64))


class _Reader:
    """A layer that reads the channels, while they go one after the other."""

    def __init__(
        self, layer: Layer, statistics: LayerStatistics, places: Tensor, counts: float
    ) -> None:
        self.weight = layer.matrix[0].double()
        gram = statistics.moment if layer.bias is None else statistics.gram
        self.power = float(((self.weight @ gram[0].double()) * self.weight).sum()) or 1.0
        self.power /= counts
        system = damped(gram, TRUST * ridge_for(gram, statistics.count))[0]
        self.inverse = torch.cholesky_inverse(torch.linalg.cholesky(system))
        kernel = layer.weight[0, 0].numel()
        self.places = (places.unsqueeze(2) * kernel + torch.arange(kernel)).flatten(1)
        """[channels, inputs of each], of the matrix"""

    def costs(self) -> Tensor:
        """What each channel would cost now; nothing for those that are gone."""
        blocks = self.inverse[self.places.unsqueeze(2), self.places.unsqueeze(1)]
        weights = self.weight.T[self.places]
        return (weights * torch.linalg.solve(blocks, weights)).sum((1, 2)) / self.power

    def remove(self, channel: int) -> None:
        """Let the other weights make up for it. What is left of its own is an identity that meets zeros."""
        place = self.places[channel]
        block = self.inverse[place]
        solved = torch.linalg.solve(block[:, place], block)
        self.weight -= self.weight[:, place] @ solved
        self.inverse -= block.T @ solved
        self.weight[:, place] = 0.0
        self.inverse[place] = 0.0
        self.inverse[:, place] = 0.0
        self.inverse[place, place] = 1.0
