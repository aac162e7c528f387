"""The last layer's refit: probabilities, not logits, are what has to be met."""

import torch

from compression.techniques.channels.reconstruct import _answering
from compression.techniques.shared.moments import LayerStatistics


def divergence(wanted: torch.Tensor, logits: torch.Tensor) -> float:
    truth = wanted.log_softmax(-1)
    return float((truth.exp() * (truth - logits.log_softmax(-1))).sum(-1).mean())


def test_probabilities_come_nearer_than_least_squares_brings_them() -> None:
    """Logits that are large where nothing depends on them mislead least squares."""
    random = torch.Generator().manual_seed(0)
    columns = torch.randn(1, 2000, 6, generator=random)
    targets = columns[..., :4].pow(3) @ torch.randn(4, 3, generator=random)
    moments = LayerStatistics(columns, targets)
    fitted = torch.linalg.solve(moments.gram, moments.cross.transpose(1, 2)).transpose(1, 2)

    weight, told = _answering(fitted, moments)

    def logits(matrix: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
        return (columns - moments.mean) @ matrix.transpose(1, 2) + mean

    before = divergence(targets, logits(fitted, moments.target_mean))
    after = divergence(targets, logits(weight, told.target_mean))
    assert after < 0.8 * before


def test_answers_that_are_met_already_stay() -> None:
    columns = torch.randn(1, 500, 4, generator=torch.Generator().manual_seed(1))
    weight = torch.randn(1, 3, 4, generator=torch.Generator().manual_seed(2))
    moments = LayerStatistics(columns, columns @ weight.transpose(1, 2))
    again, told = _answering(weight, moments)
    assert torch.allclose(again, weight, atol=1e-5)
    assert torch.allclose(told.target_mean, moments.target_mean, atol=1e-5)
