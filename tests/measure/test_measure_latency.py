"""Timing in turns: equal models come out equal, larger ones slower, and the budget holds."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from compression.deploy.onnx import export_onnx, swap_weights
from compression.measure import latency
from compression.measure.latency import FULL, QUICK, Budget, measure_latency, median_interval
from compression.models import build
from compression.point import METRICS

INPUTS = np.random.default_rng(0).standard_normal((128, 1, 28, 28), dtype=np.float32)


@pytest.fixture(scope="module")
def lenet() -> bytes:
    return export_onnx(build("fashion-mnist/lenet5").eval(), (1, 28, 28))


class Clock:
    """Stands for the module `time` in the file under test; only a fake session's runs make it go on."""

    now = 0

    def perf_counter_ns(self) -> int:
        return self.now

    thread_time_ns = perf_counter_ns

    def perf_counter(self) -> float:
        return self.now / 1e9


class FakeSession:
    """A session whose runs take exactly so many milliseconds of a fake clock, and are told in order."""

    def __init__(self, clock: Clock, milliseconds: float, order: list | None = None) -> None:
        self.clock, self.milliseconds, self.calls = clock, milliseconds, 0
        self.order = [] if order is None else order

    def get_inputs(self):
        return [SimpleNamespace(name="input")]

    get_outputs = get_inputs

    def run(self, outputs, feed):
        self.calls += 1
        self.order.append(self)
        self.clock.now += round(self.milliseconds * 1e6)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(latency, "time", clock)
    return clock


@pytest.mark.alone
def test_the_same_architecture_with_other_weights_is_as_fast(lenet):
    torch.manual_seed(1)
    other = swap_weights(lenet, build("fashion-mnist/lenet5").state_dict())
    speedup = measure_latency(other, lenet, INPUTS, budget=QUICK)["speedup"]
    assert speedup.value == pytest.approx(1, abs=0.15)
    assert speedup.low < speedup.value < speedup.high


def test_the_ratio_is_the_originals_time_over_the_candidates(clock):
    sessions = FakeSession(clock, 1), FakeSession(clock, 3)
    measured = measure_latency(*sessions, INPUTS, budget=Budget(0.1, 0.004, batch=64))
    assert measured["latency_ms"].value == pytest.approx(1)
    assert measured["speedup"].value == pytest.approx(3)
    assert measured["throughput_per_s"].value == pytest.approx(64_000)


def test_an_interval_is_never_narrower_than_where_the_weights_lie_in_memory(clock):
    """1 % between sessions of one file: twice that is the least that a ratio can be told apart by."""
    steady = FakeSession(clock, 1), FakeSession(clock, 3)
    speedup = measure_latency(*steady, INPUTS, budget=QUICK)["speedup"]
    assert (speedup.low, speedup.high) == pytest.approx((3 * 0.98, 3 * 1.02))


def test_each_goes_first_in_half_of_the_rounds(clock):
    order = []
    ours, theirs = FakeSession(clock, 1, order), FakeSession(clock, 1, order)
    measure_latency(ours, theirs, INPUTS, budget=Budget(seconds=0, block_seconds=0, min_rounds=6))
    rounds = list(zip(order[-12::2], order[-11::2], strict=True))
    assert all({*pair} == {ours, theirs} for pair in rounds)
    assert [pair[0] for pair in rounds].count(ours) == 3


def test_the_call_that_finds_the_others_data_in_the_caches_is_not_timed(clock):
    class Caching(FakeSession):
        def run(self, outputs, feed):
            self.milliseconds = 1 if self.order[-1:] == [self] else 3
            super().run(outputs, feed)

    order = []
    sessions = Caching(clock, 1, order), Caching(clock, 1, order)
    measured = measure_latency(*sessions, INPUTS, budget=Budget(0.05, 0.004))
    assert measured["latency_ms"].high == measured["latency_p90_ms"].value == pytest.approx(1)


def test_calls_that_wait_for_the_processor_are_noted(clock):
    clock.thread_time_ns = lambda: clock.now // 2
    measured = measure_latency(FakeSession(clock, 1), FakeSession(clock, 1), INPUTS, budget=QUICK)
    assert measured["latency_ms"].note.endswith("the machine was busy")


@pytest.mark.alone
def test_a_full_measurement_has_all_four_figures_in_their_units(lenet):
    measured = measure_latency(lenet, lenet, INPUTS, budget=FULL)
    assert set(measured) == {"latency_ms", "latency_p90_ms", "speedup", "throughput_per_s"}
    assert all(m.unit == METRICS[name].unit and m.how == "measured" for name, m in measured.items())
    assert measured["latency_p90_ms"].value >= measured["latency_ms"].value > 0
    assert measured["throughput_per_s"].value > 1000 / measured["latency_ms"].value


def test_a_quick_one_leaves_the_throughput_out(lenet):
    assert "throughput_per_s" not in measure_latency(lenet, lenet, INPUTS, budget=QUICK)


@pytest.mark.parametrize("milliseconds", [0.01, 0.1, 1])
def test_the_budget_holds(clock, milliseconds):
    sessions = FakeSession(clock, milliseconds), FakeSession(clock, milliseconds)
    measure_latency(*sessions, INPUTS, budget=Budget(0.2, 0.002))
    assert 0.2 <= clock.perf_counter() <= 0.23


def test_a_slow_model_is_run_a_few_times_only(clock):
    slow = FakeSession(clock, 100)
    measure_latency(slow, FakeSession(clock, 1), INPUTS, budget=QUICK)
    assert slow.calls == 1 + QUICK.min_rounds


def test_few_examples_are_enough(lenet):
    assert measure_latency(lenet, lenet, INPUTS[:1], budget=FULL)["throughput_per_s"].value > 0


def test_the_interval_of_a_median_is_the_textbooks():
    # For n = 100 the 95 % interval of the median runs from the 40th to the 61st value.
    assert median_interval(np.arange(1.0, 101.0)).tolist() == [40, 61]


def test_the_interval_of_a_median_covers_it_as_often_as_it_says():
    random = np.random.default_rng(0)
    draws = random.lognormal(size=(2000, 45))
    covered = [low <= 1 <= high for low, high in map(median_interval, draws)]
    assert 0.94 <= np.mean(covered) <= 0.99
