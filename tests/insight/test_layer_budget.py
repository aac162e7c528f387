"""Sparsities and widths shared out for a budget: against every possible choice, and at the edges of what can be."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from compression.errors import UsageError
from compression.insight.budget.curves import curve, layer_table
from compression.insight.budget.projection import expected_loss, read_off
from compression.insight.budget.solve import by_damage, solve
from compression.techniques.channels.price import LayerPrice, Price
from compression.techniques.shared.cost_table import AdditiveCost, CostRow, CostTable

SHARES = (0.0, 0.5, 0.8, 0.9)
WIDTHS = (8.0, 6.0, 4.0, 2.0)


def parts(settings: tuple[float, ...], seed: int, count: int) -> tuple[CostRow, ...]:
    """Risks that rise faster and faster, each layer's at a pace of its own."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        pace = random.uniform(1, 4)
        risk = tuple(float(np.exp(pace * at) - 1) for at in range(len(settings)))
        found.append(CostRow(f"layer{number}", 8, settings, risk))
    return tuple(found)


def sums(seed: int, count: int = 4) -> CostTable:
    random = np.random.default_rng(seed)
    sizes = {f"layer{number}": int(random.integers(50, 5000)) for number in range(count)}
    corners = {name: [(0.0, 4.0 * size), (1.0, 0.0)] for name, size in sizes.items()}
    return CostTable(parts(SHARES, seed, count), {"bytes": AdditiveCost(300, corners)})


def products(seed: int) -> CostTable:
    """A chain: each layer reads the group before it."""
    chain = [
        ({}, "layer0"),
        ({"layer0": 1}, "layer1"),
        ({"layer1": 1}, "layer2"),
        ({"layer2": 1}, ""),
    ]
    layers = tuple(
        LayerPrice(0 if to else 10, 0 if of else 1, {to: 1} if to else {}, of, 9, 1)
        for of, to in chain
    )
    return CostTable(parts(WIDTHS, seed, 3), {"bytes": Price(layers, 40)})


def best(table: CostTable, budget: float) -> float:
    """The least risk of all choices within the budget, by trying each."""
    names = [part.name for part in table.rows]
    every = (
        dict(zip(names, settings, strict=True))
        for settings in itertools.product(*(part.settings for part in table.rows))
    )
    return min(table.damage(c) for c in every if table.costs["bytes"].at(c) <= budget)


@pytest.mark.parametrize("make", [sums, products])
@pytest.mark.parametrize("seed", range(6))
def test_the_solution_keeps_the_budget_and_is_near_the_best_there_is(make, seed: int) -> None:
    table = make(seed)
    low, high = table.range("bytes")
    for share in (0.0, 0.3, 0.6, 0.9, 1.0):
        budget = low + share * (high - low)
        choice = solve(table, "bytes", budget)
        assert table.costs["bytes"].at(choice) <= budget + 1e-6
        assert table.damage(choice) >= best(table, budget + 1e-6) - 1e-9
        # Greedy is off by at most the one step that no longer fits.
        tighter = budget - 0.35 * (high - low)
        if tighter >= low:
            assert table.damage(choice) <= best(table, tighter) + 1e-9


@pytest.mark.parametrize("make", [sums, products])
def test_the_ends_of_the_range_are_all_and_least(make) -> None:
    table = make(1)
    low, high = table.range("bytes")
    assert solve(table, "bytes", high) == table.whole
    assert solve(table, "bytes", low) == table.least
    assert solve(table, "bytes", 10 * high) == table.whole


def test_what_a_part_saves_is_what_the_changed_choice_costs_less() -> None:
    for table in (sums(2), products(2)):
        cost, choice = table.costs["bytes"], table.whole
        part = table.rows[1]
        saved = cost.saved(choice, part.name, part.settings)
        by_hand = [cost.at({**choice, part.name: setting}) for setting in part.settings]
        assert np.allclose(cost.at(choice) - saved, by_hand)


@pytest.mark.parametrize("budget", [0, 10, float("nan"), float("inf"), -5])
def test_a_budget_that_cant_be_is_refused_with_what_can(budget: float) -> None:
    table = sums(0)
    low, high = table.range("bytes")
    with pytest.raises(UsageError, match="can't be met") as refusal:
        solve(table, "bytes", budget)
    assert f"{low / 1000:,.1f} kB to {high / 1000:,.1f} kB" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_layer_too_small_to_lose_anything_stays_whole() -> None:
    answer = {"other_bytes": 10, "other_values": 1}
    answer["parts"] = [{"name": "a", "size": 1, "macs": 1, "bytes": 4, "tensors": ["a.weight"]}]
    table = layer_table(answer, [{"part": "a", "rows": []}])
    assert solve(table, "bytes", 14) == {"a": 0.0}
    with pytest.raises(UsageError, match="can't be met"):
        solve(table, "bytes", 13)


def asked_layers(rows: dict[str, tuple[float, float]]) -> CostTable:
    """The table of layers of equal size, by each one's damage and error at half of its weights."""
    parts = [
        {"name": name, "size": 100, "macs": 1, "bytes": 400, "tensors": [f"{name}.weight"]}
        for name in rows
    ]
    alone = [
        {"part": name, "rows": [{"setting": 0.5, "damage": d, "error": e, "bytes": 200}]}
        for name, (d, e) in rows.items()
    ]
    return layer_table({"parts": parts, "other_bytes": 0, "other_values": 0}, alone)


def test_a_risk_is_the_geometric_mean_of_what_answers_and_own_outputs_lose() -> None:
    (part,) = asked_layers({"fc": (0.04, 0.25)}).rows
    assert (part.damage[-1], part.risks[-1]) == (pytest.approx(0.04), pytest.approx(0.1))


def test_a_layer_whose_loss_the_others_make_up_for_is_spared_all_the_same() -> None:
    """Alone it does less damage than the other layer, but its own outputs suffer a hundred times as much."""
    table = asked_layers({"made_up_for": (0.01, 1.0), "honest": (0.02, 0.01)})
    assert by_damage(table, 0.5) == ["made_up_for", "honest"]
    choice = solve(table, "bytes", 600)
    assert choice["honest"] > 1.5 * choice["made_up_for"]


def test_a_curve_goes_through_what_was_measured_and_never_falls() -> None:
    measured = (0.01, 0.04, 0.03)
    found = curve((0.5, 0.7, 0.9), measured, (0.0, 0.25, 0.5, 0.6, 0.7, 0.9, 0.98))
    assert found == pytest.approx([0, 0.01 / 16, 0.01, 0.02, 0.04, 0.04, 0.04])


def test_losses_are_read_off_in_order_and_never_beyond_what_is_known() -> None:
    table = read_off([(0.1, 0.03), (0.2, 0.01), (0.4, 0.08), (0.01, -0.002)])
    assert expected_loss(table, 0.0) == 0
    assert expected_loss(table, 0.15) == pytest.approx(0.02)  # the mean of two that fall
    assert expected_loss(table, 0.3) == pytest.approx(0.05)
    assert expected_loss(table, 0.41) is None
    assert read_off([(0.1, 0.03), (0.2, 0.01)]) == ()
    assert expected_loss((), 0.1) is None
