"""The time left of a sweep that another process runs, from its records as they are read."""

from __future__ import annotations

from dataclasses import replace

from compression.engine import SweepWatch
from compression.engine.watched_pace import WatchedPace
from compression.store import SweepRecord
from tests.engine.conftest import Lab
from tests.engine.test_engine_sweeps import MODEL, a_sweep

NOW = 1_000_000.0
RECORD = SweepRecord("k", MODEL, "{}", "running", 100, done=40, owner="other", beat=NOW)


def later(seconds: float, done: int, **changes: object) -> SweepRecord:
    return replace(RECORD, beat=NOW + seconds, done=done, **changes)  # type: ignore[arg-type]


def a_pace(at: float = 0) -> WatchedPace:
    return WatchedPace(clock=lambda: NOW + at)


def test_what_was_done_before_anyone_watched_tells_no_pace() -> None:
    pace = a_pace()
    assert pace.seconds_left(RECORD) is None
    assert pace.seconds_left(later(9, 40)) is None


def test_what_comes_while_one_watches_does() -> None:
    pace = a_pace()
    for record in (RECORD, later(5, 42), later(10, 44, failed=1)):
        left = pace.seconds_left(record)
    assert left == 55 * 10 / 5


def test_time_goes_on_between_two_reports() -> None:
    pace = a_pace(at=13)
    pace.seconds_left(RECORD)
    assert pace.seconds_left(later(10, 45)) == 55 * 2 - 3
    assert pace.seconds_left(later(12, 45)) == 55 * 2 - 3


def test_one_that_is_late_has_no_time_left_but_not_less() -> None:
    pace = a_pace(at=10_000)
    pace.seconds_left(RECORD)
    assert pace.seconds_left(later(10, 99)) == 0


def test_a_rest_before_it_was_resumed_says_nothing() -> None:
    pace = a_pace()
    pace.seconds_left(RECORD)
    pace.seconds_left(later(10, 45))
    assert pace.seconds_left(later(86_400, 46, owner="another")) is None
    assert pace.seconds_left(later(86_401, 47, owner="another")) == 53


def test_what_has_ended_has_none() -> None:
    assert a_pace().seconds_left(replace(RECORD, state="finished")) is None


def test_a_watched_sweep_tells_it_however_often_it_is_looked_up(lab: Lab) -> None:
    sweep, ledger = a_sweep(77), lab.store.ledger
    body = sweep.model_dump_json()
    ledger.add(SweepRecord(sweep.key, MODEL, body, "running", 20, owner="elsewhere"))
    left = []
    for done in (5, 10):
        ledger.report(sweep.key, "elsewhere", state="running", done=done, failed=0)
        watch = lab.engine.sweep(sweep.key)
        assert isinstance(watch, SweepWatch)
        left.append(watch.progress.seconds_left)
    assert left[0] is None and left[1] is not None and 0 <= left[1] < 60
    assert lab.engine.delete_sweep(sweep.key)
