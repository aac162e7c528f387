"""What ships is timed alone, each graph once, and never while the machine is busy."""

from __future__ import annotations

from pathlib import Path

import pytest

from compression import pipeline
from compression.bundling import alone, bundle
from compression.bundling.alone import TRIES, timed_alone
from compression.bundling.missing import _timed_as
from compression.errors import LabError, UsageError
from compression.measure import shared_latency
from compression.point import Measurement, Point
from compression.point.certainty import BUSY
from compression.recipe import Recipe
from compression.store import Store, bundled
from compression.subjects import look_up

MODEL = "digits/mlp"
STEPS = ([], ["prune:sparsity=0.5"], ["prune-channels:ratio=0.5"])


def ignore(done: int, total: int) -> None:
    """Nobody waits for a test."""


@pytest.fixture
def timings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Latencies are made up; their notes are taken from here, and "" once there are none left."""
    shared_latency.SHARED.forget()
    notes: list[str] = []
    asked: list[str] = []

    def time(*_, **__) -> dict[str, Measurement]:
        note = notes.pop(0) if notes else ""
        asked.append(note)
        units = {"latency_ms": "ms", "latency_p90_ms": "ms", "speedup": "x"}
        return {
            name: Measurement(value=float(len(asked)), unit=unit, how="measured", note=note)
            for name, unit in units.items()
        }

    monkeypatch.setattr(shared_latency, "measure_latency", time)
    monkeypatch.setattr(alone, "asked", asked, raising=False)
    return notes


@pytest.fixture(scope="module")
def measured() -> list[Point]:
    return [pipeline.run(look_up(MODEL), Recipe.build(MODEL, steps)) for steps in STEPS]


def test_each_graph_is_timed_once_and_shared(measured, timings) -> None:
    original, pruned, narrow = timed_alone(measured, ignore)
    assert alone.asked == ["", ""]
    assert original.value("latency_ms") == pruned.value("latency_ms") == 1
    assert narrow.value("latency_ms") == 2
    assert narrow.value("accuracy") == measured[2].value("accuracy")


def test_what_was_disturbed_is_timed_again(measured, timings) -> None:
    timings += [BUSY, BUSY]
    original, pruned, _ = timed_alone(measured, ignore)
    assert BUSY not in original.measurements["latency_ms"].note
    assert original.value("latency_ms") == pruned.value("latency_ms")


def test_a_machine_that_stays_busy_ends_in_a_sentence(measured, timings) -> None:
    timings += [BUSY] * 100
    with pytest.raises(LabError, match="busy each time .* digits/mlp .*original") as told:
        timed_alone(measured, ignore)
    assert "50 % zeros; 50 % fewer channels" in str(told.value)
    assert len(alone.asked) == TRIES * len(measured)


def test_only_times_are_written_anew(measured, timings, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    shipped = {point.key: point.as_bundled() for point in measured}
    written: list[Point] = []
    monkeypatch.setattr(bundled, "points", lambda model: shipped)
    monkeypatch.setattr(bundled, "write", lambda model, points: written.extend(points) or tmp_path)
    monkeypatch.setattr(pipeline, "compress", lambda *_: pytest.fail("compressed again"))
    Store.open().add_all(measured)
    bundle.bundle_times(MODEL)
    assert [point.key for point in written] == list(shipped)
    assert [point.value("latency_ms") for point in written] == [1, 1, 2]
    assert all(point.origin == "here" for point in written)


def test_without_points_there_are_no_times_to_measure(monkeypatch) -> None:
    monkeypatch.setattr(bundled, "points", lambda model: {})
    with pytest.raises(UsageError, match="python -m compression bundle digits/mlp"):
        bundle.bundle_times(MODEL)


def test_points_without_answers_are_not_shipped(measured, monkeypatch) -> None:
    old = measured[0].model_copy(update={"shown": ""})
    monkeypatch.setattr(bundle.api, "run", lambda model: measured[0])
    monkeypatch.setattr(bundle.api, "sweep", lambda *_, **__: [old])
    monkeypatch.setattr(bundled, "write", lambda *_: pytest.fail("written"))
    with pytest.raises(LabError, match="points in .* are older .* set COMPACT_HOME"):
        bundle.bundle(MODEL)


def test_a_training_is_a_start_and_so_much_an_epoch() -> None:
    from compression.bundling.training_seconds import fitted

    assert fitted([(1, 5.0), (3, 9.0)]) == (3.0, 2.0)
    assert fitted([(1, 5.0), (3, 4.0)]) == (4.5, 0.0)


def test_who_takes_a_twins_times_keeps_its_own_reason(measured) -> None:
    original, pruned, _ = measured
    later = {"latency_ms": original.measurements["latency_ms"].model_copy(update={"value": 7.0})}
    twin = pruned.model_copy(update={"measurements": {**pruned.measurements, **later}})
    taken = _timed_as(twin, original)
    assert taken.value("latency_ms") == 7.0
    assert taken.measurements["speedup"].note == original.measurements["speedup"].note
    assert "zeros" in twin.measurements["speedup"].note
