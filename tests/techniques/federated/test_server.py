"""The server's mean and its steps, by the papers' formulas worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.screening import nonsense, refused
from compression.techniques.federated.server import FLOOR, Server

CHANGES = torch.tensor([[1.0, 0.0, 4.0], [3.0, 8.0, 0.0]])


def moved(algorithm: str, times: int = 1, **knobs) -> torch.Tensor:
    server = Server.begin(Federate(algorithm=algorithm, **knobs), torch.zeros(3), learned=2)
    for _ in range(times):
        server.take(CHANGES, [300, 100])
    return server.row


def test_fedavg_takes_the_mean_weighted_by_examples() -> None:
    assert moved("fedavg").tolist() == [1.5, 2.0, 3.0]


def test_without_changes_nothing_changes() -> None:
    server = Server.begin(Federate(algorithm="fedyogi"), torch.ones(3), learned=2)
    server.take(CHANGES[:0], [])
    assert server.row.tolist() == [1, 1, 1] and not server.first.any()


def adaptive(algorithm: str, change: float, times: int, rate: float) -> float:
    m, v, x = 0.0, FLOOR**2, 0.0
    for _ in range(times):
        m = 0.9 * m + 0.1 * change
        if algorithm == "fedadam":
            v = 0.99 * v + 0.01 * change**2
        else:
            v -= 0.01 * change**2 * math.copysign(1, v - change**2)
        x += rate * m / (math.sqrt(v) + FLOOR)
    return x


@pytest.mark.parametrize("algorithm", ["fedadam", "fedyogi"])
def test_adaptive_servers_step_as_reddi_et_al_say_and_average_statistics(algorithm: str) -> None:
    row = moved(algorithm, times=3, server_lr=0.03)
    wanted = [adaptive(algorithm, change, 3, 0.03) for change in (1.5, 2.0)]
    assert row[:2].tolist() == pytest.approx(wanted, rel=1e-5)
    assert row[2] == 9


def test_what_is_no_number_or_far_too_large_is_refused() -> None:
    changes = torch.ones(5, 4)
    changes[1, 2], changes[3] = torch.nan, 1000
    assert refused(changes) == [False, True, False, True, False]


def test_of_two_only_what_is_no_number_is_refused() -> None:
    assert refused(torch.tensor([[1.0], [1000.0]])) == [False, False]
    assert refused(torch.tensor([[1.0], [torch.inf]])) == [False, True]


def test_faulty_clients_send_nan_and_too_much() -> None:
    sent = nonsense(torch.ones(4, 2), [True, True, False, False])
    assert sent[0].isnan().all() and (sent[1] == 1000).all() and (sent[2:] == 1).all()
