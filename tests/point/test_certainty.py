"""A time that is not certain decides no front; where the border lies, and what bears the marks of a busy machine."""

from __future__ import annotations

import pytest

from compression.point import METRICS, Measurement, Point
from compression.point.certainty import (
    BUSY,
    WIDEST,
    is_certain,
    is_comparable,
    is_disturbed,
    is_timed,
)
from compression.point.pareto import DOMINATED, ON_FRONT, POSSIBLE, feasible, front, standings
from pages.parts.form.limits import broken_limit
from tests.measured import a_measured

TIMES = (
    "latency_ms", "latency_p90_ms", "speedup", "throughput_per_s", "energy_mj", "carbon_g", "cost_per_million",
)  # fmt: skip


def between(low: float | None, high: float | None) -> Measurement:
    return Measurement(value=1.0, unit="x", how="measured", low=low, high=high)


@pytest.mark.parametrize(
    ("low", "high", "certain"),
    [
        (1.0, 1.0, True),
        (0.8, 0.8 * WIDEST, True),
        (0.8, 0.8 * WIDEST * 1.001, False),
        (0.0, 1.0, False),
        (-0.1, 1.0, False),
        (None, None, True),
    ],
)
def test_an_interval_may_be_a_quarter_wide(low, high, certain) -> None:
    assert is_certain(between(low, high)) is certain


def test_times_rates_and_energies_hang_on_the_clock() -> None:
    assert tuple(name for name in METRICS if is_timed(name)) == TIMES


def timed(*steps: str, latency: float, width: float = 1.01, **values: float) -> Point:
    """A point whose speed-up's interval is so many times as high as low."""
    point = a_measured(*steps, latency_ms=latency, speedup=1 / latency, **values)
    speedup = point.measurements["speedup"]
    ends = {"low": speedup.value / width**0.5, "high": speedup.value * width**0.5}
    wide = speedup.model_copy(update=ends)
    return point.model_copy(update={"measurements": {**point.measurements, "speedup": wide}})


@pytest.mark.parametrize("metric", TIMES)
def test_a_time_is_known_as_well_as_its_speed_up(metric: str) -> None:
    assert is_comparable(timed(latency=1), metric)
    assert not is_comparable(timed(latency=1, width=1.3), metric)
    assert is_comparable(timed(latency=1, width=1.3, size_bytes=1), "size_bytes")


def test_an_uncertain_time_is_on_no_front_of_times_and_possibly_on_it() -> None:
    points = [
        timed(latency=1.0, accuracy=0.9, size_bytes=90),
        timed("quantize:bits=4", latency=0.5, accuracy=0.9, size_bytes=40, width=2),
        timed("quantize:bits=3", latency=1.5, accuracy=0.8, size_bytes=30, width=2),
    ]
    assert front(points, "latency_ms") == points[:1]
    assert standings(points, "latency_ms") == [ON_FRONT, POSSIBLE, DOMINATED]
    assert front(points, "size_bytes") == [points[2], points[1]]


def test_an_uncertain_time_keeps_no_limit_on_times() -> None:
    unsure = timed(latency=0.5, width=2, size_bytes=40)
    assert not feasible(unsure, {"latency_ms": 1.0})
    assert broken_limit(unsure, {"latency_ms": 1.0}) == "latency not certain"
    assert feasible(unsure, {"size_bytes": 50})


def test_without_a_speed_up_the_times_own_interval_counts() -> None:
    assert not is_comparable(a_measured("prune", latency_ms=1.0, spread=0.2), "latency_ms")


def test_a_disturbed_point_says_so_or_shows_it() -> None:
    calm = timed(latency=1)
    latency = calm.measurements["latency_ms"].model_copy(update={"note": f"1 call; {BUSY}"})
    said = calm.model_copy(update={"measurements": {**calm.measurements, "latency_ms": latency}})
    asked = [calm, said, timed(latency=1, width=1.3)]
    assert [is_disturbed(point.measurements) for point in asked] == [False, True, True]
