"""The cuts that are found are never worse than the best of all there are, and found within a millisecond."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest

from compression.deploy.slicing.costs import costs_of
from compression.deploy.slicing.layers import layers_of
from compression.deploy.slicing.optimum import Costs, best_cuts, quality
from compression.models.catalogue import MODELS
from compression.models.slicing import OBJECTIVES, Slicing
from compression.subjects import look_up

FIGURE = {"throughput": "bottleneck_ms", "latency": "latency_ms", "memory": "memory_bytes"}
FEW = 3
"""Stages of the longest models, whose cuts are too many to try all of with more."""


def drawn(seed: int) -> Costs:
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 9))
    return Costs(
        random.exponential(1.0, n), random.integers(1, 1000, n).astype(float),
        random.integers(1, 1000, n).astype(float), random.exponential(0.5, n - 1),
        random.exponential(0.1, n - 1),
    )  # fmt: skip


def of_model(model: str) -> Costs:
    layers = layers_of(look_up(model).deployed.parts[0].loaded)
    return costs_of(layers, Slicing(link_mbps=20), [point.bytes for point in layers.points])


def by_hand(costs: Costs, stages: int, objective: str, cap: float) -> float:
    """The best figure of all cuts; infinite where none keeps the cap."""
    every = [quality(costs, cuts) for cuts in combinations(range(1, costs.n), stages - 1)]
    return min(
        (getattr(each, FIGURE[objective]) for each in every if not cap or each.memory_bytes <= cap),
        default=np.inf,
    )


def compare(costs: Costs, stages: int, objective: str, cap: float = 0) -> None:
    cuts, best = best_cuts(costs, stages, objective, cap), by_hand(costs, stages, objective, cap)
    if cuts is None:
        assert best == np.inf
        return
    assert len(cuts) == stages - 1 and list(cuts) == sorted(set(cuts))
    found = quality(costs, cuts)
    assert getattr(found, FIGURE[objective]) == pytest.approx(best, rel=1e-6)
    assert not cap or found.memory_bytes <= cap


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", range(40))
def test_no_cuts_of_made_up_layers_are_better(seed: int, objective: str) -> None:
    costs = drawn(seed)
    for stages in range(1, costs.n + 2):
        compare(costs, stages, objective)
        compare(costs, stages, objective, cap=1200)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("model", MODELS)
def test_no_cuts_of_a_model_are_better(model: str, objective: str) -> None:
    costs = of_model(model)
    for stages in range(1, FEW + 1):
        compare(costs, stages, objective)


def test_of_equally_fast_cuts_the_one_of_least_memory_is_taken() -> None:
    costs = Costs(
        np.array([2.0, 1, 1]), np.array([1.0, 9, 1]), np.ones(3), np.zeros(2), np.zeros(2)
    )
    assert best_cuts(costs, 2, "throughput") == (1,)
    tied = Costs(np.array([2.0, 0, 2]), np.array([9.0, 5, 1]), np.ones(3), np.zeros(2), np.zeros(2))
    assert best_cuts(tied, 2, "throughput") == (1,)


def test_a_slow_link_is_avoided() -> None:
    costs = Costs(np.ones(4), np.ones(4), np.ones(4), np.array([0.1, 50.0, 0.1]), np.zeros(3))
    assert best_cuts(costs, 2, "throughput") in ((1,), (3,))


@pytest.mark.alone
@pytest.mark.parametrize("model", MODELS)
def test_it_takes_at_most_a_millisecond(model: str) -> None:
    costs = of_model(model)
    stages = min(8, costs.n)
    seconds = []
    for _ in range(30):
        fresh = Costs(**{name: getattr(costs, name) for name in Costs.__dataclass_fields__})
        start = time.thread_time()
        best_cuts(fresh, stages, "throughput")
        seconds.append(time.thread_time() - start)
    assert min(seconds) <= 1e-3
