"""Times of another machine are scaled and marked; all the rest is left alone."""

import pytest

from compression.comparable import on_this_machine
from compression.point import Environment, Measurement, Point
from compression.recipe import Recipe


def point(latency: float, *steps: str, bundled: bool = False) -> Point:
    figures = {
        "latency_ms": (latency, "ms"),
        "throughput_per_s": (1000 / latency, "1/s"),
        "size_bytes": (100, "bytes"),
    }
    measured = Point(
        recipe=Recipe.build("digits/mlp", steps),
        measurements={
            name: Measurement(
                value=value, unit=unit, how="measured", low=0.9 * value, high=1.1 * value
            )
            for name, (value, unit) in figures.items()
        },
        environment=Environment(machine="test", cores=1, threads=1, python="3"),
    )
    return measured.as_bundled() if bundled else measured


def test_bundled_times_are_scaled_by_the_ratio_of_the_originals_and_marked_as_modelled() -> None:
    here, there = point(2.0), point(1.0, bundled=True)
    (own, shipped) = on_this_machine([here, point(0.5, "quantize", bundled=True)], here, there)
    assert own == here
    latency = shipped.measurements["latency_ms"]
    assert (latency.value, latency.low, latency.high, latency.how) == (1.0, 0.9, 1.1, "modelled")
    assert shipped.value("throughput_per_s") == pytest.approx(1000)
    assert shipped.measurements["size_bytes"].how == "bundled"


def test_without_an_original_measured_here_nothing_changes() -> None:
    shipped = point(1.0, bundled=True)
    assert on_this_machine([shipped], shipped, shipped) == [shipped]
    assert on_this_machine([shipped], None, shipped) == [shipped]
