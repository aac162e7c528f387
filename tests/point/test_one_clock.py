"""Times of other moments and machines come onto one clock; all the rest is left alone."""

import pytest

from compression.point import Environment, Measurement, Point
from compression.point.one_clock import on_one_clock
from compression.recipe import Recipe


def point(latency: float, speedup: float, *steps: str, bundled: bool = False) -> Point:
    figures = {
        "latency_ms": (latency, "ms"),
        "throughput_per_s": (1000 / latency, "1/s"),
        "speedup": (speedup, "x"),
        "size_bytes": (100, "bytes"),
    }
    measured = Point(
        recipe=Recipe.build("digits/mlp", steps),
        measurements={
            name: Measurement(value=v, unit=unit, how="measured", low=0.9 * v, high=1.1 * v)
            for name, (v, unit) in figures.items()
        },
        environment=Environment(machine="test", cores=1, threads=1, python="3"),
    )
    return measured.as_bundled() if bundled else measured


def test_a_time_becomes_the_originals_over_the_speed_up() -> None:
    original, slow_moment = point(2.0, 1.0), point(3.0, 2.0, "quantize")
    kept, shown = on_one_clock([original, slow_moment], original)
    assert kept == original
    latency = shown.measurements["latency_ms"]
    assert (latency.value, latency.how) == (1.0, "measured")
    assert (latency.low, latency.high) == pytest.approx((0.9, 1.1))
    assert shown.value("throughput_per_s") == pytest.approx(1000)
    assert shown.measurements["size_bytes"] == slow_moment.measurements["size_bytes"]


def test_a_bundled_time_on_this_machines_clock_is_modelled() -> None:
    (shown,) = on_one_clock([point(0.5, 2.0, "quantize", bundled=True)], point(2.0, 1.0))
    assert shown.measurements["latency_ms"].how == "modelled"
    assert shown.measurements["size_bytes"].how == "bundled"


def test_bundled_times_on_the_bundled_clock_stay_bundled() -> None:
    original = point(2.0, 1.0, bundled=True)
    (shown,) = on_one_clock([point(0.5, 2.0, "quantize", bundled=True)], original)
    assert shown.measurements["latency_ms"].how == "bundled"


def test_without_an_original_or_a_speed_up_nothing_changes() -> None:
    points = [point(1.0, 2.0, "quantize")]
    assert on_one_clock(points, None) == points
