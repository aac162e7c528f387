"""The channels that stay make up for those that went, without labels, layer after layer in one pass.

Each layer is shown what the smaller network really hands to it, and what the original put out there; where outputs
are added, that is their sum (He et al., 2017, arXiv:1707.06168, with biases and with all errors upstream known).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from compression.encoding.formats import Grid
from compression.models.compressed import Compressed
from compression.techniques.channels.knobs import Repair
from compression.techniques.channels.remove import KeptChannels, bias_name
from compression.techniques.channels.walk import LayerSum, follow, targets
from compression.techniques.shared.bounded_cache import BoundedCache, content_key
from compression.techniques.shared.layerwise import Layer
from compression.techniques.shared.least_squares import damped, refit, ridge_for
from compression.techniques.shared.moments import LayerStatistics

ROUNDS = 4
"""Of fitting what is above a ReLU's zero; more brought ResNet-8 nothing on images that weren't looked at."""
ANSWER_ROUNDS, ANSWER_STEP = 8, 2.0
"""Of fitting the answers' probabilities: few, so that they suit other images too. 2 is the inverse of the largest
curvature that a softmax can have."""
TRUST = 0.1
"""The share of the usual ridge: what few channels hand on tells more about each weight than all inputs did."""

_TARGETS: BoundedCache[Mapping[str, Tensor]] = BoundedCache(64 * 2**20)


@torch.no_grad()
def reconstruct(
    small: Compressed,
    original: Compressed,
    stay: Mapping[str, KeptChannels],
    images: Tensor,
    repair: Repair,
    *,
    seed: int,
    finer: int = 1,
) -> None:
    """Repair ``small`` in place, which kept ``stay`` of ``original``; neither has batch norms any more.

    ``finer`` times as many columns of each layer's inputs are looked at as usual. Weights and biases that have a
    number format get the nearest values that it holds.
    """

    def visit(layer_sum: LayerSum) -> None:
        matrix = torch.cat([layer.matrix for layer in layer_sum.layers], dim=2)
        moments = layer_sum.statistics
        if repair in ("refit", "distil"):
            matrix, moments = _refitted(matrix, layer_sum)
        elif repair == "batchnorm":
            matrix = _respread(matrix, moments)
        widths = [layer.matrix.shape[2] for layer in layer_sum.layers]
        for layer, part in zip(layer_sum.layers, matrix.split(widths, dim=2), strict=True):
            layer.replace(_on_grid(small, layer.name, part.reshape(layer.weight.shape)))
        _shift(small, layer_sum.layers, moments)

    wanted = _targets(original, images, seed, finer)
    follow(small.module, images, wanted, stay, original.module, visit, seed=seed, finer=finer)


def _refitted(matrix: Tensor, layer_sum: LayerSum) -> tuple[Tensor, LayerStatistics]:
    """The weights by least squares, and the moments with the targets that they were fitted to in the end.

    Below a ReLU's zero any value will do, and of answers it is the probabilities that count: there the targets
    follow what is put out, and the fit is made again. Each such round brings what counts closer (majorization).
    """
    moments = layer_sum.statistics
    if all(layer.bias is None for layer in layer_sum.layers):
        ridge = TRUST * ridge_for(moments.moment, moments.count)
        return refit(matrix, moments.moment, moments.cross_moment, ridge=ridge), moments
    if not _varies(moments) or _is_met(matrix, moments):
        return matrix, moments
    solve = _solver(matrix, moments.gram, TRUST * ridge_for(moments.gram, moments.count))
    result = solve(moments.cross)
    # Where zeros must stay, each row is a system of its own: a second round would take as long again.
    if not bool((matrix != 0).all()):
        return result, moments
    if layer_sum.is_answer:
        return _answering(result, moments)
    targets, centred = moments.targets, _centred(moments)
    for _ in range(ROUNDS if layer_sum.is_clipped else 0):
        targets = _with_free_negatives(centred @ result.transpose(1, 2), targets.mean(1), layer_sum)
        result = solve(targets.transpose(1, 2) @ centred / moments.count)
    return result, replace(moments, targets=targets)


def _answering(matrix: Tensor, moments: LayerStatistics) -> tuple[Tensor, LayerStatistics]:
    """Weights of logits whose probabilities diverge least from the original's, from a start of least squares.

    Each round adds the targets' missing probabilities (Böhning, 1992, doi:10.1007/BF00048682).
    """
    wanted, centred = moments.targets.softmax(2), _centred(moments)
    ridge = ridge_for(moments.gram, moments.count)
    factor = torch.linalg.cholesky(damped(moments.gram, ridge))
    mean = moments.target_mean
    for _ in range(ANSWER_ROUNDS):
        logits = centred @ matrix.transpose(1, 2) + mean.unsqueeze(1)
        missing = ANSWER_STEP * (wanted - logits.softmax(2))
        mean = mean + missing.mean(1)
        slope = (centred.transpose(1, 2) @ missing).double() / moments.count
        matrix = matrix + torch.cholesky_solve(slope, factor).transpose(1, 2).to(matrix.dtype)
    return matrix, replace(moments, targets=mean.unsqueeze(1).expand_as(moments.targets))


def _centred(moments: LayerStatistics) -> Tensor:
    return moments.columns - moments.mean.unsqueeze(1)


def _varies(moments: LayerStatistics) -> bool:
    """Whether the inputs vary by more than rounding makes them; if not, their bias alone can be fitted."""
    power = moments.gram.diagonal(dim1=1, dim2=2).sum()
    return bool(power > 1e-9 * moments.mean.square().sum())


def _is_met(matrix: Tensor, moments: LayerStatistics) -> bool:
    """Whether the weights put out all that varies in the targets already, as those of a first layer do."""
    missing = moments.cross - matrix @ moments.gram
    return bool(missing.abs().max() <= 1e-5 * moments.cross.abs().max())


def _with_free_negatives(varying: Tensor, mean: Tensor, layer_sum: LayerSum) -> Tensor:
    """The targets, but what is put out wherever both are below a ReLU's zero; ``varying`` is what of it varies."""
    put_out, wanted = varying + mean.unsqueeze(1), layer_sum.statistics.targets
    floor = torch.zeros(()) if layer_sum.skip is None else -layer_sum.skip
    return torch.where(wanted <= floor, torch.minimum(put_out, floor), wanted)


def _solver(matrix: Tensor, gram: Tensor, ridge: float) -> Callable[[Tensor], Tensor]:
    """`refit` for one Gram matrix and many targets."""
    if not bool((matrix != 0).all()):
        return lambda cross: refit(matrix, gram, cross, ridge=ridge)
    factor = torch.linalg.cholesky(damped(gram, ridge))
    weight = matrix.double()
    known = weight @ gram.double()

    def solve(cross: Tensor) -> Tensor:
        wanted = (cross.double() - known).transpose(1, 2)
        return (weight + torch.cholesky_solve(wanted, factor).transpose(1, 2)).to(matrix.dtype)

    return solve


def _respread(matrix: Tensor, statistics: LayerStatistics) -> Tensor:
    """Each row scaled so that its outputs vary as the original's: what new batch-norm statistics would do."""
    wanted = statistics.targets.var(1, correction=0)
    variance = ((matrix @ statistics.gram) * matrix).sum(2)
    factor = torch.where(
        variance > 1e-12 * wanted, wanted / variance, torch.ones_like(variance)
    ).sqrt()
    return matrix * factor.unsqueeze(2)


def _shift(small: Compressed, layers: Sequence[Layer], statistics: LayerStatistics) -> None:
    """Give the first bias there is whatever makes the mean of the outputs, all biases included, the original's."""
    biased = [layer for layer in layers if layer.bias is not None]
    if not biased:
        return
    matrix = torch.cat([layer.matrix for layer in layers], dim=2)
    mean = (matrix @ statistics.mean.unsqueeze(2)).squeeze(2)
    wanted = (statistics.target_mean - mean).flatten()
    for layer in biased[1:]:
        assert layer.bias is not None
        wanted = wanted - layer.bias
    first = biased[0]
    assert first.bias is not None
    first.bias.copy_(_on_grid(small, bias_name(first.name), wanted))


def _on_grid(small: Compressed, name: str, values: Tensor) -> Tensor:
    number_format = small.formats.get(name)
    if not isinstance(number_format, Grid):
        return values
    return torch.from_numpy(number_format.round(values.numpy()))


def _targets(original: Compressed, images: Tensor, seed: int, finer: int) -> Mapping[str, Tensor]:
    """What the original puts out, computed once per weights, images and seed."""
    contents = [*original.module.state_dict().values(), images]
    key = content_key(contents, original.model, seed, finer, "sums")
    if (known := _TARGETS.get(key)) is not None:
        return known
    outputs = targets(original.module, images, seed, finer)
    return _TARGETS.put(key, outputs, sum(4 * values.numel() for values in outputs.values()))
