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


def of_graph(graph: str, measured: Point, **update: object) -> Point:
    return measured.model_copy(update={"graph": graph, **update})


NARROW = [
    of_graph("narrow", point(1.4, 1.5, "prune-channels:ratio=0.5")),
    of_graph("narrow", point(3.0, 1.4, "prune-channels:ratio=0.5", "quantize:bits=4")),
]


def test_points_of_one_graph_show_the_same_times_in_any_order() -> None:
    original = point(2.0, 1.0)
    for asked in (NARROW, NARROW[::-1]):
        shown = on_one_clock(asked, original)
        assert len({p.value("speedup") for p in shown}) == 1
        for name in ("latency_ms", "throughput_per_s"):
            assert len({p.value(name) for p in shown}) == 1
        assert shown[0].value("latency_ms") == pytest.approx(2.0 / shown[0].value("speedup"))


def test_a_full_timing_made_here_speaks_for_its_graph() -> None:
    estimate = of_graph("narrow", point(9.0, 9.0, "prune:sparsity=0.3"), stage="estimate")
    shipped = of_graph("narrow", point(9.0, 8.0, "prune:sparsity=0.4", bundled=True))
    shown = on_one_clock([estimate, shipped], point(2.0, 1.0), among=NARROW[:1])
    assert [p.value("speedup") for p in shown] == [1.5, 1.5]
    assert [p.measurements["latency_ms"].how for p in shown] == ["measured", "measured"]


def test_the_originals_graph_has_the_originals_times() -> None:
    original = of_graph("whole", point(2.0, 1.0))
    (shown,) = on_one_clock([of_graph("whole", point(3.0, 1.0, "prune"))], original)
    for name in ("latency_ms", "throughput_per_s"):
        assert shown.value(name) == pytest.approx(original.value(name))


def test_what_is_on_the_clock_stays_there() -> None:
    original = point(2.0, 1.0)
    once = on_one_clock(NARROW, original)
    assert on_one_clock(once, original) == once


def test_each_keeps_its_own_reason() -> None:
    speedup = NARROW[1].measurements["speedup"].model_copy(update={"note": "Because."})
    told = NARROW[1].model_copy(
        update={"measurements": {**NARROW[1].measurements, "speedup": speedup}}
    )
    shown = on_one_clock([NARROW[0], told], point(2.0, 1.0))
    assert [p.measurements["speedup"].note for p in shown] == ["", "Because."]


def test_what_somebody_else_timed_speaks_for_no_measured_point() -> None:
    original = point(2.0, 1.0, bundled=True)
    ours = of_graph("one", point(1.0, 2.0, "quantize", bundled=True))
    boast = of_graph("one", point(0.1, 20.0, "quantize:bits=2")).as_elsewhere("them")
    narrow = boast.measurements["speedup"].model_copy(update={"low": 19.9, "high": 20.1})
    theirs = boast.model_copy(update={"measurements": {**boast.measurements, "speedup": narrow}})
    shown, _ = on_one_clock([ours, theirs], original)
    assert shown.value("speedup") == 2.0
