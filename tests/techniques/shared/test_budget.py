"""A budget shared out: against the convex hull of every choice there is, found by brute force."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compression.techniques.channels.price import LayerPrice, Price
from compression.techniques.shared.budget import share_out, share_out_between, share_out_coarsely
from compression.techniques.shared.cost_table import AdditiveCost, CostRow, CostTable

WAYS = (share_out, share_out_coarsely)
often = settings(max_examples=100, deadline=None)
Point = tuple[float, float]
"""A cost, and the risk at it."""


@st.composite
def tables(draw: st.DrawFn, *, rising: bool = True) -> CostTable:
    """Up to three parts of up to four settings, each its own cost; ``rising`` risks never fall as costs do."""
    rows, corners = [], {}
    for number in range(draw(st.integers(1, 3))):
        costs = sorted(draw(st.sets(st.integers(0, 30), min_size=1, max_size=4)))
        risks = draw(st.lists(st.integers(0, 30), min_size=len(costs), max_size=len(costs)))
        settings = tuple(float(cost) for cost in reversed(costs))
        damage = tuple(float(risk) for risk in (sorted(risks) if rising else risks))
        name = f"part{number}"
        rows.append(CostRow(name, 1, settings, damage))
        corners[name] = [(float(cost), float(cost)) for cost in costs]
    return CostTable(tuple(rows), {"bytes": AdditiveCost(7, corners)})


def within(table: CostTable, share: float) -> float:
    low, high = table.range("bytes")
    return low + share * (high - low)


def cloud(table: CostTable) -> list[Point]:
    """Cost and risk of every choice."""
    names = [row.name for row in table.rows]
    every = itertools.product(*(row.settings for row in table.rows))
    choices = [dict(zip(names, settings, strict=True)) for settings in every]
    return [(table.costs["bytes"].at(choice), table.damage(choice)) for choice in choices]


def hull_at(points: Collection[Point], cost: float) -> float:
    """The least risk at a cost of all mixtures of two points: the lower convex hull by its definition."""
    cheaper = [point for point in points if point[0] <= cost + 1e-9]
    dearer = [point for point in points if point[0] >= cost - 1e-9]
    return min(_between(a, b, cost) for a in cheaper for b in dearer)


def _between(a: Point, b: Point, cost: float) -> float:
    if a[0] == b[0]:
        return min(a[1], b[1])
    return a[1] + (b[1] - a[1]) * (cost - a[0]) / (b[0] - a[0])


def corner_below(points: Collection[Point], budget: float) -> Point:
    """The dearest point within the budget that no mixture of others beats or equals, nor any cheaper one."""
    corners = [
        point
        for point in points
        if point[0] <= budget
        and point[1] < hull_of_others(points, point) - 1e-9
        and all(point[1] < other[1] for other in points if other[0] < point[0])
    ]
    return max(corners)


def hull_of_others(points: Collection[Point], point: Point) -> float:
    """The hull there without the point, which on an edge of it is no corner; infinite beyond its ends."""
    others = [other for other in points if other != point]
    is_within = min(others)[0] <= point[0] <= max(others)[0] if others else False
    return hull_at(others, point[0]) if is_within else float("inf")


@pytest.mark.parametrize("way", WAYS)
@often
@given(table=tables(), share=st.floats(0, 1))
def test_the_choice_keeps_the_budget_and_risks_no_more_than_the_hulls_corner_below_it(
    way: Callable[[CostTable, str, float], Mapping[str, float]], table: CostTable, share: float
) -> None:
    budget, points = within(table, share), cloud(table)
    choice = way(table, "bytes", budget)
    assert table.costs["bytes"].at(choice) <= budget + 1e-6
    assert all(choice[row.name] in row.settings for row in table.rows)
    assert table.damage(choice) >= min(risk for cost, risk in points if cost <= budget + 1e-6)
    assert table.damage(choice) <= corner_below(points, budget)[1]


@often
@given(table=tables(rising=False), share=st.floats(0, 1))
def test_what_costs_more_and_risks_no_less_is_never_chosen_coarsely(
    table: CostTable, share: float
) -> None:
    budget = within(table, share)
    choice = share_out_coarsely(table, "bytes", budget)
    assert table.damage(choice) <= corner_below(cloud(table), budget)[1]
    for row in table.rows:
        risk = row.damage[row.place(choice[row.name])]
        cheaper = [r for s, r in zip(row.settings, row.damage, strict=True) if s < choice[row.name]]
        assert all(risk < other for other in cheaper)


@often
@given(table=tables(), share=st.floats(0, 1))
def test_settings_in_between_meet_the_budget_with_the_least_risk_there_is(
    table: CostTable, share: float
) -> None:
    budget = within(table, share)
    choice = share_out_between(table, "bytes", budget)
    assert table.costs["bytes"].at(choice) == pytest.approx(budget, abs=1e-5)
    risk = sum(
        hull_at(list(zip(row.settings, row.damage, strict=True)), choice[row.name])
        for row in table.rows
    )
    assert risk == pytest.approx(hull_at(cloud(table), budget), abs=1e-4)


@pytest.mark.parametrize("way", [*WAYS, share_out_between])
@often
@given(table=tables())
def test_less_than_there_can_be_gives_the_least_and_the_whole_cost_the_whole(
    way: Callable[[CostTable, str, float], Mapping[str, float]], table: CostTable
) -> None:
    low, high = table.range("bytes")
    assert way(table, "bytes", low - 1) == pytest.approx(table.least)
    whole = table.without_waste("bytes").whole if way is share_out_coarsely else table.whole
    assert way(table, "bytes", high) == whole


@pytest.mark.parametrize("way", [*WAYS, share_out_between])
def test_it_is_the_risk_that_is_kept_low_and_not_the_damage(
    way: Callable[[CostTable, str, float], Mapping[str, float]],
) -> None:
    """One layer does no damage alone, but its own outputs go wrong; the other one the reverse."""
    risky = CostRow("risky", 10, (2.0, 1.0), damage=(0.0, 0.0), risk=(0.0, 9.0))
    safe = CostRow("safe", 10, (2.0, 1.0), damage=(0.0, 9.0), risk=(0.0, 0.1))
    corners = dict.fromkeys(("risky", "safe"), [(1.0, 1.0), (2.0, 2.0)])
    table = CostTable((risky, safe), {"bytes": AdditiveCost(0, corners)})
    assert way(table, "bytes", 3) == {"risky": 2.0, "safe": 1.0}


@dataclass(frozen=True)
class EverythingCoupled:
    """A price that has all savings computed anew after each move."""

    price: Price

    def at(self, choice: Mapping[str, float]) -> float:
        return self.price.at(choice)

    def saved(self, choice: Mapping[str, float], name: str, settings: tuple[float, ...]) -> object:
        changed = [self.at({**choice, name: setting}) for setting in settings]
        return self.at(choice) - np.array(changed, dtype=float)

    def coupled(self, name: str) -> Collection[str]:
        return [group for layer in self.price.layers for group in layer.groups]


@often
@given(
    risks=st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=4, max_size=4),
    each=st.lists(st.integers(1, 9), min_size=5, max_size=5),
    share=st.floats(0, 1),
)
def test_widths_that_multiply_are_shared_out_by_what_they_save_now(
    risks: list[list[int]], each: list[int], share: float
) -> None:
    """A chain of four groups: of each move only its neighbours have to be told."""
    names = [f"group{number}" for number in range(4)]
    ends = [({}, {names[0]: 1}), *(({a: 1}, {b: 2}) for a, b in itertools.pairwise(names))]
    layers = tuple(
        LayerPrice(0 if rows else 3, 0 if columns else 2, rows, columns, value, 1)
        for value, (columns, rows) in zip(each, [*ends, ({names[-1]: 1}, {})], strict=True)
    )
    rows = tuple(
        CostRow(name, 8, (8, 6, 4, 2), tuple(float(risk) for risk in sorted(row)))
        for name, row in zip(names, risks, strict=True)
    )
    price = Price(layers, 5)
    quick = CostTable(rows, {"bytes": price})
    slow = CostTable(rows, {"bytes": EverythingCoupled(price)})
    budget = within(quick, share)
    choice = share_out(quick, "bytes", budget)
    assert choice == share_out(slow, "bytes", budget)
    assert price.at(choice) <= budget + 1e-6


def test_what_still_fits_comes_back() -> None:
    """The last move saves 6 where 1 is needed; then the small part fits in whole again."""
    rows = (
        CostRow("small", 1, (4.0, 2.0), (0.0, 1.0)),
        CostRow("large", 1, (10.0, 4.0), (0.0, 4.0)),
    )
    corners = {"small": [(2.0, 2.0), (4.0, 4.0)], "large": [(4.0, 4.0), (10.0, 10.0)]}
    table = CostTable(rows, {"bytes": AdditiveCost(0, corners)})
    for way in WAYS:
        assert way(table, "bytes", 11) == {"small": 4.0, "large": 4.0}
