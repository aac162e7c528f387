"""Where a front bends: checked on fronts whose knees can be seen by eye."""

from __future__ import annotations

import math

from compression.point.knees import MOST_LOST, knee_rows, knees
from compression.point.pareto import ON_FRONT, standings
from compression.recipe import Recipe
from compression.store import bundled
from tests.measured import a_measured


def test_the_corner_of_two_straight_lines_is_the_knee() -> None:
    ratios = [2.0, 4.0, 8.0, 16.0, 32.0]
    losses = [0.002, 0.004, 0.006, 0.036, 0.066]  # 0.2 points a halving, then 3
    assert knees(ratios, losses) == [2]


def test_a_straight_front_has_none() -> None:
    assert knees([2.0, 4.0, 8.0], [0.01, 0.02, 0.03]) == []


def test_the_cheapest_point_is_none() -> None:
    assert knees([8.0], [0.05]) == []


def test_the_last_point_that_loses_nothing_is_one() -> None:
    assert knees([4.0, 8.0, 16.0], [0.0, -0.001, 0.05]) == [1]


def test_what_is_above_the_hull_is_none() -> None:
    assert knees([4.0, 6.0, 8.0, 16.0], [0.001, 0.03, 0.002, 0.1]) == [2]


def test_there_are_no_more_than_asked_for_and_none_twice() -> None:
    ratios = [2.0 ** (step / 4) for step in range(1, 30)]
    losses = [0.001 * 3.0 ** (step / 4) for step in range(1, 30)]
    found = knees(ratios, losses, most=2)
    assert len(found) == 2
    assert math.log2(ratios[found[1]] / ratios[found[0]]) > 0.5


def test_unknown_costs_and_dearer_points_are_left_out() -> None:
    assert knees([math.nan, 0.5, 4.0, 16.0], [0.0, -0.01, 0.001, 0.08]) == [2]


def test_a_knee_of_real_points_saves_much_for_little() -> None:
    points = list(bundled.points("fashion-mnist/resnet8").values())
    front = [rank == ON_FRONT for rank in standings(points, "size_bytes")]
    rows = knee_rows(points, "size_bytes", front)
    whole = next(point for point in points if point.recipe == Recipe(model="fashion-mnist/resnet8"))
    assert 1 <= len(rows) <= 3 and all(front[row] for row in rows)
    for row in rows:
        assert whole.value("size_bytes") / points[row].value("size_bytes") > 2
        lost = whole.value("accuracy_validation") - points[row].value("accuracy_validation")
        assert lost <= MOST_LOST
    assert whole.value("accuracy") - points[rows[0]].value("accuracy") < 0.01


def test_without_an_original_there_are_none() -> None:
    points = [a_measured("quantize:bits=4", accuracy=0.9, size_bytes=10)]
    assert knee_rows(points, "size_bytes", [True]) == []
