"""Bits shared out for a size: against every possible choice, and at the edges of what can be."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from compression.errors import UsageError
from compression.insight.quantization.layer_bits import (
    bits_table,
    expected_quality,
    limits,
    nearest,
    solve,
    total,
    uniform,
)
from compression.techniques.shared.cost_table import CostTable

BITS = (1, 2, 4, 8)


def table(seed: int = 0, layers: int = 4) -> CostTable:
    """Errors that fall with bits at a pace of their own, as those of real layers do."""
    random = np.random.default_rng(seed)
    rows = []
    for index in range(layers):
        values = int(random.integers(50, 5000))
        first, pace = random.uniform(0.05, 0.5), random.uniform(1.0, 2.0)
        sizes = [values * bits // 8 for bits in BITS]
        errors = [float(first * np.exp(-pace * bits)) for bits in BITS]
        rows.append(row(f"layer{index}", values, sizes, errors))
    return made(BITS, rows, other_bytes=300)


def row(path: str, values: int, sizes: Sequence[int], errors: Sequence[float]) -> dict[str, Any]:
    return {"path": path, "values": values, "bytes": list(sizes), "errors": list(errors)}


def made(bits: Sequence[float], rows: list[dict[str, Any]], other_bytes: int) -> CostTable:
    """The table of an answer of `layer_costs`."""
    return bits_table({"bits": list(bits), "layers": rows, "other_bytes": other_bytes})


def best(costs: CostTable, budget: float) -> float:
    """The least error of all choices within the budget, by trying each."""
    paths = [part.name for part in costs.rows]
    choices = (
        total(costs, dict(zip(paths, bits, strict=True)))
        for bits in itertools.product(BITS, repeat=len(paths))
    )
    return min(choice.error for choice in choices if choice.bytes <= budget)


@pytest.mark.parametrize("seed", range(8))
def test_the_solution_keeps_the_budget_and_is_near_the_best_there_is(seed: int) -> None:
    """Greedy on convex hulls is optimal but for the last upgrade that no longer fits."""
    costs = table(seed)
    smallest, largest = limits(costs)
    largest_upgrade = max(part.size * (BITS[-1] - BITS[0]) // 8 for part in costs.rows)
    for share in (0.3, 0.6, 0.9):
        budget = smallest + share * (largest - smallest)
        found = solve(costs, budget)
        assert found.bytes <= budget
        assert found.error >= best(costs, budget) - 1e-12
        if budget - largest_upgrade >= smallest:
            assert found.error <= best(costs, budget - largest_upgrade) + 1e-12


def test_more_bytes_never_mean_more_error() -> None:
    costs = table(3)
    budgets = np.linspace(*limits(costs), 40)
    errors = [solve(costs, budget).error for budget in budgets]
    assert all(later <= earlier + 1e-12 for earlier, later in zip(errors, errors[1:], strict=False))


def test_the_ends_of_the_range_are_all_low_and_all_high() -> None:
    costs = table(1)
    smallest, largest = limits(costs)
    assert set(solve(costs, smallest).bits.values()) == {1}
    assert set(solve(costs, largest).bits.values()) == {8}


def test_size_error_and_mean_bits_add_up() -> None:
    rows = [row("a", 100, (10, 20), (0.5, 0.1)), row("b", 300, (40, 70), (0.4, 0.2))]
    found = total(made((1, 2), rows, other_bytes=7), {"a": 2, "b": 1})
    assert (found.bytes, found.error, found.mean_bits) == (67, pytest.approx(0.5), 1.25)


def test_a_choice_that_costs_more_and_gains_nothing_is_never_taken() -> None:
    costs = made((1, 2, 3), [row("a", 10, (1, 2, 3), (0.5, 0.6, 0.1))], other_bytes=0)
    assert solve(costs, 2).bits == {"a": 1}
    assert solve(costs, 3).bits == {"a": 3}


def test_more_bytes_than_remove_any_error_are_refused() -> None:
    costs = made((1, 2, 3), [row("a", 10, (1, 2, 3), (0.5, 0.1, 0.1))], other_bytes=0)
    assert limits(costs) == (1, 2)
    with pytest.raises(UsageError):
        solve(costs, 3)


def test_bits_that_are_not_listed_count_as_the_nearest_and_of_two_as_the_fewer() -> None:
    costs = table()
    assert [nearest(costs, bits) for bits in (1.58, 3, 6, 7, 16)] == [2, 2, 4, 8, 8]
    assert uniform(costs, 6).bytes == uniform(costs, 4).bytes


@pytest.mark.parametrize("budget", [0, 100, 1e9, float("nan")])
def test_a_size_that_cant_be_is_refused_with_the_range_that_can(budget: float) -> None:
    costs = table()
    with pytest.raises(UsageError) as refusal:
        solve(costs, budget)
    smallest, largest = limits(costs)
    assert f"{smallest / 1000:.1f} to {largest / 1000:.1f} kB" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_accuracy_is_read_between_known_models_on_a_logarithmic_error() -> None:
    known = [(0.01, 0.92), (1.0, 0.80)]
    assert expected_quality(0.1, known) == pytest.approx(0.86)
    assert expected_quality(0.001, known) == 0.92
    assert expected_quality(2.0, known) is None
    assert expected_quality(0.1, known[:1]) is None
