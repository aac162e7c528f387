"""One graph, one latency: in a process, and exactly the original's for whatever has its graph."""

from __future__ import annotations

import pytest

from compression import pipeline
from compression.measure import shared_latency
from compression.measure.rounds import FULL, QUICK
from compression.measure.shared_latency import SAME, SharedLatencies
from compression.point import Measurement, Point
from compression.point.certainty import BUSY
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "digits/mlp"
NARROW = "prune-channels:ratio=0.5"
TIMES = ("latency_ms", "latency_p90_ms", "throughput_per_s", "energy_mj")


@pytest.fixture
def timings(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Times are made up, another each time, and end up here."""
    made: list[float] = []

    def time(*_, **__) -> dict[str, Measurement]:
        made.append(1.0 + len(made))
        return times(made[-1])

    monkeypatch.setattr(shared_latency, "measure_latency", time)
    return made


def times(value: float, *, note: str = "", width: float = 0.0) -> dict[str, Measurement]:
    units = {"latency_ms": "ms", "latency_p90_ms": "ms", "speedup": "x", "throughput_per_s": "1/s"}
    return {
        name: Measurement(
            value=value, unit=unit, how="measured", low=value, high=value + width, note=note
        )
        for name, unit in units.items()
    }


def point(*steps: str) -> Point:
    return pipeline.run(look_up(MODEL), Recipe.build(MODEL, steps))


def test_zeros_are_exactly_as_fast_as_the_original_and_it_says_why(timings) -> None:
    original, pruned = point(), point("prune:sparsity=0.5")
    assert len(timings) == 1
    assert [pruned.value(name) for name in TIMES] == [original.value(name) for name in TIMES]
    speedup = pruned.measurements["speedup"]
    assert (speedup.value, speedup.low, speedup.high) == (1, 1, 1)
    assert speedup.note == "ONNX Runtime multiplies zeros too: they save bytes, not time."
    assert original.measurements["speedup"].note == SAME


def test_two_sessions_of_one_graph_that_seem_apart_are_timed_once_all_the_same(monkeypatch) -> None:
    apart = iter([times(1.0, width=1.0), times(2.0, width=1.0)])
    monkeypatch.setattr(shared_latency, "measure_latency", lambda *_, **__: next(apart))
    assert point().value("latency_ms") == point("prune:sparsity=0.5").value("latency_ms") == 1


def test_equal_widths_are_timed_once(timings) -> None:
    narrow, smaller = point(NARROW), point(NARROW, "quantize:bits=4,method=nearest")
    assert narrow.graph == smaller.graph
    assert len(timings) == 1
    assert narrow.value("speedup") == smaller.value("speedup") == 1.0 * timings[0]


def test_an_estimates_timing_is_not_taken_for_a_full_one(timings) -> None:
    pipeline.estimate(look_up(MODEL), Recipe.build(MODEL, [NARROW]))
    point(NARROW)
    assert len(timings) == 2


def test_only_the_times_are_measured_again(timings) -> None:
    before = point(NARROW)
    shared_latency.SHARED.forget()
    after = pipeline.time_again(look_up(MODEL), before)
    assert after.value("latency_ms") == 2 == 2 * before.value("latency_ms")
    rest = set(before.measurements) - {*TIMES, "speedup"}
    assert all(after.measurements[name] == before.measurements[name] for name in rest)


@pytest.mark.parametrize(
    "disturbed", [times(1.0, note=BUSY), times(1.0, width=1.0)], ids=["busy", "wide"]
)
def test_a_disturbed_timing_is_not_kept(disturbed) -> None:
    shared, key = SharedLatencies(), ("original", "graph", 0.0, QUICK)
    assert shared.get(key, lambda: disturbed) is disturbed
    assert shared.get(key, lambda: times(3.0)) == times(3.0)
    assert shared.get(key, lambda: disturbed) == times(3.0)


def test_the_oldest_unused_is_dropped() -> None:
    shared = SharedLatencies(limit=2)
    for graph in ("a", "b", "a", "c"):
        shared.get((graph, graph, 0.0, FULL), lambda: times(1.0))
    asked: list[str] = []
    for graph in ("a", "c", "b"):
        shared.get((graph, graph, 0.0, FULL), lambda graph=graph: asked.append(graph) or times(1.0))
    assert asked == ["b"]


@pytest.mark.parametrize(("high", "is_said"), [(0.9, True), (1.1, False)])
def test_only_what_is_surely_slower_is_said_to_be(monkeypatch, high, is_said) -> None:
    monkeypatch.setattr(
        shared_latency, "measure_latency", lambda *_, **__: times(0.7, width=high - 0.7)
    )
    note = point("quantize:bits=8,activations=8,method=nearest").measurements["speedup"].note
    assert ("takes longer than it saves" in note) is is_said
