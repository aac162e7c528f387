"""Time on modelled links: with early exits only those wait who travel on."""

from __future__ import annotations

import numpy as np
import pytest

from compression.deploy.deployment import Deployment, Link, Part
from compression.deploy.early_exits import EarlyExits
from compression.measure.latency import COMPUTING, measure_latency
from compression.measure.on_links import on_links
from compression.measure.rounds import Block, Budget, are_calm
from tests.fake_clock import FakeSession

LINKS = (Link(latency_ms=4.0), Link(latency_ms=10.0))
INPUTS = np.zeros((8, 1), dtype=np.float32)


class Leaving(EarlyExits):
    """Of eight examples four leave at the first stage, two at the second."""

    def __init__(self) -> None:
        self.stages = []

    def get_inputs(self):
        return FakeSession(None, 0).get_inputs()

    def answers(self, feed):
        return np.zeros((8, 2)), np.array([0, 0, 0, 0, 1, 1, 2, 2])


@pytest.fixture
def cut() -> Deployment:
    return Deployment((Part(b"", b""),) * 3, LINKS)


def test_without_exits_every_example_waits_on_every_link(cut) -> None:
    found = on_links(cut, FakeSession(None, 0), INPUTS)
    assert found.ms.tolist() == [14.0] * 8
    assert found.slowest_ms == 10


def test_with_exits_only_what_travels_on_waits(cut) -> None:
    found = on_links(cut, Leaving(), INPUTS)
    assert found.ms.tolist() == [0, 0, 0, 0, 4, 4, 14, 14]
    # The first link carries a half of all, 2 ms each; the second a quarter, 2.5 ms each.
    assert found.slowest_ms == 2.5


def test_a_latency_has_each_examples_own_wait_in_it(clock) -> None:
    sessions = FakeSession(clock, 1), FakeSession(clock, 1)
    waits = np.array([0.0, 0, 0, 20])
    inputs = np.zeros((4, 1), dtype=np.float32)
    found = measure_latency(
        *sessions, inputs, budget=Budget(0.2, 0.008, min_rounds=20), waits_ms=waits
    )
    assert found["latency_ms"].value == pytest.approx(1)
    assert found["latency_p90_ms"].value == pytest.approx(21)
    assert found[COMPUTING].value == pytest.approx(1)


def test_what_goes_farther_takes_longer_and_is_no_disturbance() -> None:
    """Blocks of three calls, every other example takes ten times as long; the last block is late."""
    kinds, rounds = np.array([0, 1]), []
    for number in range(40):
        first, slower = 3 * number, 3 if number == 39 else 1
        ours = [10 if kinds[(first + at) % 2] else 1 for at in range(3)]
        block = Block(tuple(slower * call for call in ours), sum(ours), first)
        rounds.append((block, Block((1, 1, 1), 3)))
    assert are_calm(rounds, kinds).tolist() == [True] * 39 + [False]
    assert are_calm(rounds).sum() < 30
