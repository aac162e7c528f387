"""Calibrated clients: the shares of their own classes stand beside the logits while they train."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from compression.techniques.federated.calibration import own_shares
from tests.techniques.federated.setting import play, simulation


def test_who_guesses_by_its_own_shares_has_nothing_to_learn() -> None:
    counts = np.array([[30, 10, 0], [0, 5, 15]])
    offsets = own_shares(counts)
    assert torch.allclose(offsets.exp().sum(1), torch.ones(2))
    labels = torch.tensor([0] * 30 + [1] * 10)
    logits = torch.zeros(40, 3, requires_grad=True)
    F.cross_entropy(logits + offsets[0], labels).backward()
    assert logits.grad.sum(0).abs().max() < 5e-3
    assert offsets[0, 2].isfinite() and offsets[0, 2] < -5


def test_a_class_that_a_client_never_sees_is_hardly_unlearned() -> None:
    """The last layer's bias of absent classes falls less than without calibration."""
    fallen = {}
    for calibrate in ("off", "on"):
        training = simulation(clients=6, skew=0.05, calibrate=calibrate, rounds=1)
        counts = np.array(training.history.examples)
        clients = training.clients
        start = clients.layout.row(clients.network)
        play(training)
        moved = clients.layout.tensors(training.server.row - start)
        bias = next(
            v for n, v in reversed(moved.items()) if n.endswith("bias") and v.shape == (10,)
        )
        fallen[calibrate] = float(bias.abs().mean())
        assert (counts == 0).any()
    assert fallen["on"] < fallen["off"]
