"""CKA and effective rank against their definitions written out otherwise, and cases known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from compression.insight.representation.layers import views
from compression.insight.representation.similarity import effective_rank, gram, linear_cka

RANDOM = np.random.RandomState(0)
ONE, OTHER = RANDOM.randn(40, 7), RANDOM.randn(40, 5)


def by_features(one: np.ndarray, other: np.ndarray) -> float:
    """Kornblith's other form, by cross-covariances of features instead of products of examples."""
    one, other = one - one.mean(0), other - other.mean(0)
    norm = np.linalg.norm
    return norm(other.T @ one) ** 2 / (norm(one.T @ one) * norm(other.T @ other))


def test_cka_by_examples_is_cka_by_features() -> None:
    mixed = OTHER + ONE[:, :5]
    assert linear_cka(gram(ONE), gram(mixed)) == pytest.approx(by_features(ONE, mixed), abs=1e-12)


def test_cka_sees_no_rotation_no_factor_and_no_shift() -> None:
    rotation = np.linalg.qr(RANDOM.randn(7, 7))[0]
    assert linear_cka(gram(ONE), gram(3 * ONE @ rotation + 5)) == pytest.approx(1)
    scaled = ONE * np.array([1, 1, 1, 1, 1, 1, 20])
    assert linear_cka(gram(ONE), gram(scaled)) < 0.9


def test_cka_with_a_constant_is_nothing() -> None:
    assert linear_cka(gram(ONE), gram(np.ones((40, 3)))) == 0


def test_effective_rank_of_equal_directions_is_their_number() -> None:
    centred = np.linalg.qr(np.column_stack([np.ones(40), RANDOM.randn(40, 4)]))[0][:, 1:]
    assert effective_rank(gram(centred)) == pytest.approx(4)
    assert effective_rank(gram(centred[:, :1])) == pytest.approx(1)
    assert effective_rank(gram(np.ones((40, 3)))) == 0
    values = np.linalg.svd(ONE - ONE.mean(0), compute_uv=False)
    shares = values / values.sum()
    assert effective_rank(gram(ONE)) == pytest.approx(np.exp(-(shares * np.log(shares)).sum()))


def test_layers_are_seen_as_they_run_and_what_the_last_is_given() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3)).eval()
    inputs = np.random.RandomState(1).randn(300, 5).astype(np.float32)
    found = views(network, inputs)
    first = network[0](torch.from_numpy(inputs)).detach()
    assert list(found.by_layer) == ["0", "2"]
    assert found.by_layer["0"] == pytest.approx(gram(first.numpy()), abs=1e-3)
    assert found.hidden == pytest.approx(gram(first.relu().numpy()), abs=1e-3)
