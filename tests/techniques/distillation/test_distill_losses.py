"""What students are told: each formula against numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from compression.techniques.distillation import losses
from compression.techniques.distillation.examples import UNKNOWN

RANDOM = np.random.default_rng(0)
LOGITS, TEACHER = RANDOM.normal(0, 2, (2, 6, 5)).astype(np.float32)
LABELS = np.array([0, 1, 2, 3, 4, 0])


def softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def told(temperature: float) -> torch.Tensor:
    return torch.from_numpy(np.log(softmax(TEACHER / temperature)))


def divergence(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return (p * np.log(p / q)).sum(1)


@pytest.mark.parametrize("temperature", [1.0, 2.0, 20.0])
def test_the_response_loss_is_the_divergence_times_the_squared_temperature(temperature) -> None:
    p, q = softmax(TEACHER / temperature), softmax(LOGITS / temperature)
    loss = losses.response(torch.from_numpy(LOGITS), told(temperature), temperature)
    assert loss.item() == pytest.approx(temperature**2 * divergence(p, q).mean(), rel=1e-4)


def test_equal_answers_cost_nothing() -> None:
    loss = losses.response(torch.from_numpy(TEACHER), told(4.0), 4.0)
    assert loss.item() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_the_decoupled_parts_add_up_to_the_whole_divergence(temperature) -> None:
    """KL = TCKD + (1 - p_target) NCKD for each example (Zhao et al., 2022, equation 6)."""
    p = softmax(TEACHER / temperature)
    for row in range(len(LABELS)):
        one = slice(row, row + 1)
        rest = float(1 - p[row, LABELS[row]])
        loss = losses.decoupled(
            torch.from_numpy(LOGITS[one]),
            told(temperature)[one],
            torch.from_numpy(LABELS[one]),
            temperature,
            rest,
        )
        whole = losses.response(torch.from_numpy(LOGITS[one]), told(temperature)[one], temperature)
        assert loss.item() == pytest.approx(whole.item(), rel=1e-4)


def test_where_no_label_is_used_the_teachers_choice_is_the_target() -> None:
    unknown = torch.full((6,), UNKNOWN)
    choice = torch.from_numpy(TEACHER.argmax(1))
    one, other = (
        losses.decoupled(torch.from_numpy(LOGITS), told(2.0), target, 2.0, 4.0)
        for target in (unknown, choice)
    )
    assert one.item() == other.item()


def test_the_decoupled_loss_has_finite_gradients() -> None:
    logits = torch.from_numpy(LOGITS).requires_grad_(True)
    losses.decoupled(logits, told(2.0), torch.from_numpy(LABELS), 2.0, 4.0).backward()
    assert logits.grad is not None
    assert bool(logits.grad.isfinite().all())
    assert logits.grad.sum(1).abs().max() < 1e-5  # adding one number to all logits changes nothing


def test_cross_entropy_is_torchs_where_all_labels_are_used() -> None:
    logits, labels = torch.from_numpy(LOGITS), torch.from_numpy(LABELS)
    wanted = F.cross_entropy(logits, labels).item()
    assert losses.cross_entropy(logits, labels, 1.0).item() == pytest.approx(wanted, rel=1e-5)


def test_cross_entropy_of_few_labels_is_their_mean_in_the_long_run() -> None:
    labels = torch.from_numpy(np.where(np.arange(6) < 3, LABELS, UNKNOWN))
    wanted = F.cross_entropy(torch.from_numpy(LOGITS[:3]), labels[:3]).item()
    loss = losses.cross_entropy(torch.from_numpy(LOGITS), labels, 0.5).item()
    assert loss == pytest.approx(wanted, rel=1e-5)


def test_attention_distance_is_the_mean_square_of_the_paired_stages() -> None:
    mine, other = RANDOM.normal(size=(4, 2, 9)), RANDOM.normal(size=(4, 3, 9))
    loss = losses.attention_distance(torch.from_numpy(mine), torch.from_numpy(other))
    assert loss.item() == pytest.approx(((mine - other[:, 1:]) ** 2).sum(2).mean())


def test_relations_don_t_change_with_scale_turn_or_place() -> None:
    features = torch.from_numpy(RANDOM.normal(size=(8, 4)))
    turn, _ = torch.linalg.qr(torch.from_numpy(RANDOM.normal(size=(4, 4))))
    moved = 3 * features @ turn + 7
    assert losses.relational_distance(features, moved).item() == pytest.approx(0, abs=1e-9)


def test_relational_distance_against_loops() -> None:
    mine, other = RANDOM.normal(size=(2, 5, 3))

    def huber(d: float) -> float:
        return d * d / 2 if abs(d) < 1 else abs(d) - 0.5

    def scaled(x: np.ndarray) -> np.ndarray:
        apart = np.linalg.norm(x[:, None] - x[None], axis=2)
        return apart / apart[~np.eye(len(x), dtype=bool)].mean()

    def corner(x: np.ndarray, i: int, j: int, k: int) -> float:
        a, b = x[j] - x[i], x[k] - x[i]
        lengths = np.linalg.norm(a) * np.linalg.norm(b)
        return float(a @ b / lengths) if lengths else 0.0

    n = range(5)
    distance = np.mean([huber(d) for d in (scaled(mine) - scaled(other)).ravel()])
    angle = np.mean(
        [huber(corner(mine, i, j, k) - corner(other, i, j, k)) for i in n for j in n for k in n]
    )
    loss = losses.relational_distance(torch.from_numpy(mine), torch.from_numpy(other))
    assert loss.item() == pytest.approx(distance + 2 * angle)
