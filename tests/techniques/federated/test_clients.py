"""Clients in one batched run learn what they would alone, and a client alone what plain SGD would."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from compression.techniques.federated.client import Work
from compression.techniques.federated.copies import MOMENTUM
from compression.techniques.federated.gradients import one_after_another, side_by_side
from compression.techniques.federated.moving import LocalPlan
from compression.training.processor import one_thread
from tests.techniques.federated.setting import made_up, simulation

MODELS = ("digits/mlp", "digits/cnn", "watch/cnn1d", "watch/gru", "fashion-mnist/vit-tiny")
WORK = [Work(client, updates) for client, updates in enumerate((3, 1, 4, 2))]
WAYS = (side_by_side, one_after_another)
PLAN = LocalPlan(learning_rate=0.05, batch=16)


@pytest.mark.parametrize("model", MODELS)
def test_side_by_side_is_one_after_another(model: str) -> None:
    clients = simulation(model).clients
    start = clients.layout.row(clients.network)
    rows = [
        replace(clients, gradients=way(clients.network))
        .train(start, WORK, PLAN, round_number=1)
        .rows
        for way in WAYS
    ]
    assert torch.allclose(*rows, rtol=1e-5, atol=1e-5)
    assert not torch.allclose(rows[0][0], rows[0][1], atol=1e-3)


def test_who_is_ready_earlier_learns_what_it_would_alone() -> None:
    clients = simulation(split="iid").clients
    start = clients.layout.row(clients.network)
    together = clients.train(start, WORK, PLAN, round_number=1).rows
    for work, row in zip(WORK, together, strict=True):
        alone = clients.train(start, [work], PLAN, round_number=1).rows[0]
        assert torch.allclose(alone, row, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("mu", [0.0, 1.0])
def test_a_client_makes_the_updates_of_sgd(mu: float) -> None:
    clients = simulation(clients=1).clients
    layout, network = clients.layout, clients.network
    start = layout.row(network)
    work = Work(0, 3)
    row = clients.train(start, [work], replace(PLAN, mu=mu), round_number=1).rows[0]
    optimizer = torch.optim.SGD(network.parameters(), lr=PLAN.learning_rate, momentum=MOMENTUM)
    for places in clients._batches(work, PLAN.batch, 1):
        for parameter in network.parameters():
            parameter.requires_grad_(True)
        loss = F.cross_entropy(network(clients.data.inputs[places]), clients.data.labels[places])
        first = layout.tensors(start)
        pull = sum((p - first[n]).square().sum() for n, p in network.named_parameters())
        optimizer.zero_grad()
        (loss + mu / 2 * pull).backward()
        optimizer.step()
    assert torch.allclose(row, layout.row(network), atol=1e-5)


def test_without_examples_nothing_is_to_do() -> None:
    clients = simulation(data=made_up(count=3), clients=5).clients
    assert sorted(clients.updates(c, 1.0, 32) for c in range(5)) == [0, 0, 1, 1, 1]


@pytest.mark.alone
def test_side_by_side_is_quicker_than_one_after_another() -> None:
    """In turns, so that both meet the same machine; how much it gains is a benchmark's question."""
    clients = simulation("digits/mlp", clients=10).clients
    start = clients.layout.row(clients.network)
    work = [Work(client, 30) for client in range(10)]
    ways = {way: replace(clients, gradients=way(clients.network)) for way in WAYS}
    taken: dict[object, list[float]] = {way: [] for way in WAYS}
    with one_thread():
        for _ in range(9):
            for way, those in ways.items():
                began = time.thread_time()
                those.train(start, work, PLAN, round_number=1)
                taken[way].append(time.thread_time() - began)
    assert min(taken[one_after_another]) > 1.5 * min(taken[side_by_side])
