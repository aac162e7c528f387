"""What a trade-off comes down to where the original has no figure of the cost, or where costs hardly differ."""

from __future__ import annotations

import re

from compression.point import Point
from compression.point.miniature import TILE, miniature
from compression.point.trade_off import TradeOff
from tests.measured import a_measured

ORIGINAL = a_measured(size_bytes=100e3, accuracy=0.90)


def sliced(stages: int, kilobytes: float, accuracy: float) -> Point:
    step = f"slice:stages={stages}"
    return a_measured(step, size_bytes=100.1e3, device_bytes=1e3 * kilobytes, accuracy=accuracy)


def over_device(*points: Point) -> TradeOff:
    found = TradeOff.of(points, "device_bytes", ORIGINAL)
    assert found is not None
    return found


def places(picture: str) -> list[float]:
    return [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', picture)]


def test_it_speaks_of_the_cheapest_that_loses_little() -> None:
    cheapest, little, same = sliced(4, 20, 0.80), sliced(3, 40, 0.895), sliced(2, 60, 0.90)
    found = over_device(same, cheapest, little)
    assert found.knee is None and found.original is ORIGINAL
    assert found.spoken_of is little
    assert found.said(little) == "40 kB, −0.5"


def test_where_all_lose_much_it_speaks_of_the_most_accurate() -> None:
    better = sliced(2, 60, 0.85)
    assert over_device(sliced(4, 20, 0.80), better).spoken_of is better


def test_an_original_without_that_figure_has_no_place_in_the_picture() -> None:
    picture = miniature(over_device(sliced(4, 20, 0.90), sliced(2, 80, 0.91)), TILE)
    assert places(picture) == [TILE.left, TILE.width - TILE.right]
    assert "The original" not in picture


def test_costs_that_hardly_differ_are_not_stretched_over_the_picture() -> None:
    points = [ORIGINAL, sliced(2, 60, 0.89), sliced(3, 60, 0.91)]
    found = TradeOff.of(points)
    assert found is not None
    drawn = places(miniature(found, TILE))
    assert drawn and all(abs(x - TILE.width / 2) < 1 for x in drawn)
