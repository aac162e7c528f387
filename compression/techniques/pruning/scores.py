"""How important each weight is: higher scores are kept. Scores of different layers can be compared.

Which of them go is for `allocation` and `patterns`; the scores here know nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from compression.models.compressed import Compressed, fold_batch_norm, trained_weight, weight_names
from compression.techniques.context import StepContext
from compression.techniques.pruning.knobs import Prune
from compression.techniques.shared.layerwise import LayerStatistics, layers, statistics
from compression.techniques.shared.least_squares import damped, ridge_for

Scores = Mapping[str, Tensor]
"""By a weight's name, of its shape, none negative."""
BATCH = 128


@dataclass(frozen=True)
class Given:
    """What scores may look at besides the weights: the model as it came in, the step and its context."""

    original: Compressed
    step: Prune
    context: StepContext

    @property
    def images(self) -> Tensor:
        return self.context.calibration

    @property
    def statistics(self) -> Mapping[str, LayerStatistics]:
        """Of the inputs of each layer of the original, folded; made once for all steps and scores."""
        return statistics(fold_batch_norm(self.original), self.images, seed=self.context.seed)


def score(compressed: Compressed, given: Given) -> Scores:
    """The scores that the step asks for, of every weight of the model as it now is."""
    return SCORES[given.step.score](compressed, given)


def magnitude(compressed: Compressed, given: Given) -> Scores:
    """|w| (Han et al., 2015, arXiv:1506.02626) of the weights as they were trained.

    Folding a batch norm rescales channels and would rank them by their batch norm instead (measured: 12 %
    instead of 85 % accuracy at 70 %).
    """
    names = weight_names(compressed.module)
    return {name: trained_weight(compressed, name).abs() for name in names}


def random(compressed: Compressed, given: Given) -> Scores:
    """What any score must beat."""
    generator = torch.Generator().manual_seed(given.context.seed)
    return {
        name: torch.rand(compressed.module.get_parameter(name).shape, generator=generator)
        for name in weight_names(compressed.module)
    }


def lamp(compressed: Compressed, given: Given) -> Scores:
    """w^2 over the sum of all squares of the layer that are not smaller (Lee et al., 2021, arXiv:2010.07611)."""
    return {name: lamp_of(w) for name, w in magnitude(compressed, given).items()}


def lamp_of(weight: Tensor) -> Tensor:
    """The LAMP scores of one weight tensor."""
    squares = weight.double().square().flatten()
    order = squares.argsort(descending=True, stable=True)
    ordered = squares[order]
    survivors = ordered.cumsum(0)
    scores = torch.zeros_like(squares)
    scores[order] = ordered / torch.where(survivors > 0, survivors, torch.ones_like(survivors))
    return scores.reshape(weight.shape)


def wanda(compressed: Compressed, given: Given) -> Scores:
    """|w| times the root mean square of its input (Sun et al., 2023, arXiv:2306.11695).

    Of folded weights, since those are what inputs are multiplied by; over the deviation of the layer's
    outputs, so that layers compare.
    """

    def of(weight: Tensor, seen: LayerStatistics) -> Tensor:
        power = seen.moment.diagonal(dim1=1, dim2=2)
        return weight.abs() * power.clamp_min(0).sqrt().unsqueeze(1) / _deviation(seen)

    return _from_inputs(compressed, given, of)


def obs(compressed: Compressed, given: Given) -> Scores:
    """w^2 / [H^-1]_ii, the error left once the layer's other weights have made up for the loss of this one.

    Hassibi & Stork, 1992; by layer with H = E[x x^T] as in Frantar & Alistarh, 2023, arXiv:2301.00774.
    Relative to the variance of the layer's outputs, so that layers compare.
    """

    def of(weight: Tensor, seen: LayerStatistics) -> Tensor:
        factor = torch.linalg.cholesky(damped(seen.gram, ridge_for(seen.gram, seen.count)))
        inverse = torch.cholesky_inverse(factor).diagonal(dim1=1, dim2=2)
        return weight.square() / inverse.float().unsqueeze(1) / _deviation(seen) ** 2

    return _from_inputs(compressed, given, of)


def taylor(compressed: Compressed, given: Given) -> Scores:
    """|w dL/dw|: what the labels' loss changes by, to first order, when a weight goes.

    SNIP's connection sensitivity (Lee et al., 2019, arXiv:1810.02340) on a trained model. Folding changes
    none of these products.
    """
    inputs, labels = given.context.labelled.load().drawn(given.step.images, given.context.seed)
    module = fold_batch_norm(compressed).module
    names = weight_names(module)
    weights = [module.get_parameter(name) for name in names]
    before = [weight.requires_grad for weight in weights]
    total = [torch.zeros_like(weight) for weight in weights]
    with torch.enable_grad():
        for weight in weights:
            weight.requires_grad_(True)
        for start in range(0, len(labels), BATCH):
            part = slice(start, start + BATCH)
            loss = F.cross_entropy(module(inputs[part]), labels[part], reduction="sum")
            for sum_, gradient in zip(total, torch.autograd.grad(loss, weights), strict=True):
                sum_ += gradient
    for weight, needed in zip(weights, before, strict=True):
        weight.requires_grad_(needed)
    return {
        name: (weight.detach() * gradient).abs() / len(labels)
        for name, weight, gradient in zip(names, weights, total, strict=True)
    }


SCORES: Mapping[str, Callable[[Compressed, Given], Scores]] = {
    "magnitude": magnitude,
    "random": random,
    "wanda": wanda,
    "obs": obs,
    "lamp": lamp,
    "taylor": taylor,
}


def _from_inputs(
    compressed: Compressed, given: Given, of: Callable[[Tensor, LayerStatistics], Tensor]
) -> Scores:
    seen = given.statistics
    return {
        layer.name: of(layer.matrix, seen[layer.name]).reshape(layer.weight.shape)
        for layer in layers(fold_batch_norm(compressed).module)
    }


def _deviation(seen: LayerStatistics) -> Tensor:
    """The root mean square deviation of a layer's outputs from their means; 1 where they never vary."""
    variance = (seen.targets - seen.target_mean.unsqueeze(1)).square().mean()
    return torch.where(variance > 0, variance.sqrt(), torch.ones_like(variance))
