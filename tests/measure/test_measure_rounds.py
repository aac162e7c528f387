"""Whatever else the machine does meanwhile: a late call moves no speed-up, and a busy machine is told."""

from __future__ import annotations

import numpy as np
import pytest

from compression.measure.latency import measure_latency
from compression.measure.rounds import AGAIN, FULL, LEAST_CALLS, QUICK, Budget
from compression.point import Measurement
from compression.point.certainty import BUSY, is_certain
from tests.fake_clock import Clock, FakeSession

INPUTS = np.zeros((8, 1), dtype=np.float32)
PAIRS = [(0.03, 0.05), (0.25, 0.2), (2.0, 3.0)]
"""Milliseconds of a call of the candidate and of the original: in blocks of many, of few and of one."""


def speedup(ours: FakeSession, theirs: FakeSession, budget: Budget = QUICK) -> Measurement:
    return measure_latency(ours, theirs, INPUTS, budget=budget)["speedup"]


@pytest.mark.parametrize("computes", [False, True])
@pytest.mark.parametrize("late", [6, 50])
@pytest.mark.parametrize("pair", PAIRS)
def test_no_single_late_call_moves_a_quick_speed_up(clock, pair, late, computes):
    """Each call of warm-up and rounds in turn, on either side."""
    calm = [FakeSession(clock, milliseconds) for milliseconds in pair]
    truth = pair[1] / pair[0]
    assert speedup(*calm).value == pytest.approx(truth)
    for side in (0, 1):
        for call in range(calm[side].calls):
            sessions = [FakeSession(clock, milliseconds) for milliseconds in pair]
            sessions[side].late, sessions[side].computes = {call: late}, computes
            found = speedup(*sessions)
            assert found.value == pytest.approx(truth, rel=0.01), (side, call)
            assert found.low <= truth <= found.high, (side, call)


@pytest.mark.parametrize("late", [6, 50])
@pytest.mark.parametrize("pair", PAIRS)
def test_no_single_late_call_moves_a_full_speed_up(clock, pair, late):
    """Calls all over the timing, one in each try."""
    calm = [FakeSession(clock, milliseconds) for milliseconds in pair]
    speedup(*calm, budget=FULL)
    for number in range(16):
        side = number % 2
        call = round(number / 15 * (calm[side].calls - 1))
        sessions = [FakeSession(clock, milliseconds) for milliseconds in pair]
        sessions[side].late = {call: late}
        found = speedup(*sessions, budget=FULL)
        assert found.value == pytest.approx(pair[1] / pair[0], rel=0.01), (side, call)
        assert found.low <= pair[1] / pair[0] <= found.high, (side, call)


@pytest.mark.parametrize("milliseconds", [0.03, 2.0])
def test_the_call_that_finds_the_others_data_in_the_caches_is_never_timed(clock, milliseconds):
    class Caching(FakeSession):
        def run(self, outputs, feed):
            self.milliseconds = milliseconds * (1 if self.order[-1:] == [self] else 3)
            super().run(outputs, feed)

    order: list[FakeSession] = []
    measured = measure_latency(
        Caching(clock, 1, order), FakeSession(clock, milliseconds, order), INPUTS, budget=QUICK
    )
    assert measured["latency_ms"].high == pytest.approx(milliseconds)
    assert measured["speedup"].value == pytest.approx(1)


@pytest.mark.parametrize("late", [6, 50])
def test_a_late_first_call_leaves_blocks_as_long_as_they_were(clock, late):
    calm, hit = FakeSession(clock, 0.03), FakeSession(clock, 0.03, late={0: late})
    counts = [measure_latency(each, FakeSession(clock, 0.03), INPUTS, budget=QUICK)["latency_ms"].n
              for each in (calm, hit)]  # fmt: skip
    assert counts[0] == counts[1] > LEAST_CALLS * QUICK.min_rounds


def test_disturbed_rounds_are_timed_again(clock):
    """Two whole blocks are late, which moves what is typical of them."""
    calls = 100
    late = {call: 1.0 for block in (3, 8) for call in range(block * calls, (block + 1) * calls)}
    hit, budget = FakeSession(clock, 0.02, late=late), Budget(0.06, 0.002)
    found = measure_latency(hit, FakeSession(clock, 0.04), INPUTS, budget=budget)
    assert found["speedup"].value == pytest.approx(2)
    assert found["latency_ms"].high == pytest.approx(0.02)
    assert BUSY not in found["latency_ms"].note


def busy(clock: Clock, every: int = 1) -> FakeSession:
    """Most of its calls wait, some longer than others."""
    late = {call: 0.1 * (call % 7) for call in range(0, 100_000, every)}
    return FakeSession(clock, 0.03, late={call: ms for call, ms in late.items() if call > 50})


def test_a_machine_that_stays_busy_is_told_and_its_interval_is_wide(clock):
    found = measure_latency(busy(clock), FakeSession(clock, 0.03), INPUTS, budget=QUICK)
    assert found["latency_ms"].note.endswith(BUSY)
    assert found["speedup"].low < 1 < found["speedup"].high
    assert not is_certain(found["speedup"])


@pytest.mark.parametrize("budget", [QUICK, FULL])
def test_timing_again_has_an_end(clock, budget):
    measure_latency(busy(clock), FakeSession(clock, 0.03), INPUTS, budget=budget)
    batches = budget.seconds / 4 + 0.01
    assert clock.perf_counter() < (1 + AGAIN) * 1.2 * budget.seconds + batches


def test_a_runtime_that_computes_in_threads_of_its_own_is_not_called_busy(clock):
    clock.thread_time_ns = lambda: clock.now // 20
    found = measure_latency(FakeSession(clock, 1), FakeSession(clock, 1), INPUTS, budget=QUICK)
    assert BUSY not in found["latency_ms"].note


def test_the_calls_of_both_are_told(clock):
    found = measure_latency(
        FakeSession(clock, 0.02), FakeSession(clock, 0.1), INPUTS, budget=Budget(0, 0.001)
    )
    assert "250 calls in turns with 50 of its" in found["latency_ms"].note
    assert (found["latency_ms"].n, found["speedup"].n) == (250, 5)
