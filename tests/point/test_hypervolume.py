"""The hypervolume against areas counted by hand, and as it grows."""

from __future__ import annotations

import random

import pytest

from compression.point.hypervolume import growth, hypervolume


def test_two_steps_of_a_front_are_two_rectangles() -> None:
    """Beside (4, 4): 3 x 1 of the first, and 1 x 2 of the second that the first has not."""
    assert hypervolume([(1, 3), (3, 1)], (4, 4)) == pytest.approx(3 * 1 + 1 * 2)


def test_what_is_no_better_than_the_reference_adds_nothing() -> None:
    assert hypervolume([(1, 4), (5, 0)], (4, 4)) == 0
    assert hypervolume([], (4, 4)) == 0
    assert hypervolume([(1, 1, 1), (0, 0, 9)], (2, 3, 4)) == pytest.approx(1 * 2 * 3)


def test_the_area_is_the_share_of_random_places_that_are_dominated() -> None:
    draw = random.Random(3)
    costs = [(draw.random(), draw.random()) for _ in range(12)]
    places = [(draw.random(), draw.random()) for _ in range(20_000)]
    share = sum(any(c[0] <= x and c[1] <= y for c in costs) for x, y in places) / len(places)
    assert hypervolume(costs, (1, 1)) == pytest.approx(share, abs=0.015)


def test_it_grows_with_what_is_better_and_stands_with_what_is_not() -> None:
    found = [None, (3, 3), (3.5, 3.5), None, (1, 1), (2, 0.5)]
    assert growth(found, (4, 4)) == pytest.approx([0, 1, 1, 1, 9, 10])
