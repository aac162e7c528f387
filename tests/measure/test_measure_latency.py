"""Timing in turns: equal models come out equal, larger ones slower, and the budget holds."""

import numpy as np
import pytest
import torch

from compression.deploy.onnx import export_onnx, swap_weights
from compression.measure.latency import measure_latency, median_interval
from compression.measure.rounds import FULL, LEAST_CALLS, QUICK, Budget
from compression.models import build
from compression.point import METRICS
from tests.fake_clock import FakeSession

INPUTS = np.random.default_rng(0).standard_normal((128, 1, 28, 28), dtype=np.float32)


@pytest.fixture(scope="module")
def lenet() -> bytes:
    return export_onnx(build("fashion-mnist/lenet5").eval(), (1, 28, 28))


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
    ours, theirs = FakeSession(clock, 0.9, order), FakeSession(clock, 0.9, order)
    measure_latency(ours, theirs, INPUTS, budget=Budget(seconds=0, block_seconds=0, min_rounds=6))
    blocks = order[-12 * (1 + LEAST_CALLS) :: 1 + LEAST_CALLS]
    rounds = list(zip(blocks[::2], blocks[1::2], strict=True))
    assert all({*pair} == {ours, theirs} for pair in rounds)
    assert [pair[0] for pair in rounds].count(ours) == 3


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
    assert slow.calls == LEAST_CALLS + 2 * QUICK.min_rounds


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
