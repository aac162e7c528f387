"""Sweeps: recorded first, each point measured once, cancelled fast, resumed after a kill."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from compression.engine import Engine, PointRequest, SweepRun
from compression.engine.sweeps import SweepWatch
from compression.errors import StoreError
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord
from compression.training.progress import Progress
from tests.engine.conftest import Lab, alive, set_up, until
from tests.engine.fake_tasks import FAILS
from tests.measured import MODEL

ROOT = Path(__file__).parents[2]
AT_ONCE = 4
"""Tasks out at a time with two workers: what a cancel may catch in the middle."""


def a_sweep(seed: int, count: int = 20) -> Sweep:
    return Sweep.parse(MODEL, ["prune:sparsity=0..0.9"], points=count, seed=seed)


def measured(lab: Lab, sweep: Sweep) -> Counter[str]:
    keys = {recipe.key for recipe in sweep.recipes()}
    return Counter(key for _, key, _ in lab.begun("full") if key in keys)


def ended(run: SweepRun | SweepWatch, seconds: float = 60) -> str:
    until(lambda: run.wait(0.2).finished, seconds)
    return run.progress.state


def test_a_sweep_measures_each_recipe_once(lab: Lab) -> None:
    sweep = a_sweep(1)
    run = lab.engine.start_sweep(sweep)
    assert ended(run) == "finished"
    assert (run.progress.done, run.progress.total, run.progress.fraction) == (20, 20, 1.0)
    assert set(measured(lab, sweep).values()) == {1}
    assert until(lambda: lab.store.sweep(sweep.key).state == "finished")


def test_the_same_sweep_again_measures_nothing(lab: Lab) -> None:
    sweep = a_sweep(2)
    ended(lab.engine.start_sweep(sweep))
    lab.forget()
    assert ended(lab.engine.start_sweep(sweep)) == "finished"
    assert measured(lab, sweep) == Counter()


def test_two_who_start_the_same_sweep_share_it(lab: Lab) -> None:
    first, second = lab.engine.start_sweep(a_sweep(3)), lab.engine.start_sweep(a_sweep(3))
    assert first is second
    assert lab.engine.sweep(a_sweep(3).key) is first
    ended(first)


def test_a_cancelled_sweep_stops_and_keeps_its_points(lab: Lab) -> None:
    sweep = a_sweep(4, 400)
    run = lab.engine.start_sweep(sweep)
    assert until(lambda: run.progress.done >= 5)
    began = time.monotonic()
    run.cancel()
    assert time.monotonic() - began < 0.5
    assert run.progress.state == "cancelled"
    assert until(lambda: lab.store.sweep(sweep.key).state == "cancelled")
    time.sleep(0.5)
    begun, kept = len(measured(lab, sweep)), len(lab.store.have(r.key for r in sweep.recipes()))
    assert 5 <= kept <= begun <= kept + AT_ONCE < 100


def test_a_cancelled_sweep_can_be_started_again(lab: Lab) -> None:
    sweep = a_sweep(5, 60)
    run = lab.engine.start_sweep(sweep)
    until(lambda: run.progress.done >= 5)
    run.cancel()
    assert ended(lab.engine.start_sweep(sweep)) == "finished"
    assert 60 <= measured(lab, sweep).total() <= 60 + AT_ONCE


def test_progress_tells_the_time_that_is_left(lab: Lab) -> None:
    run = lab.engine.start_sweep(a_sweep(6, 100))
    assert until(lambda: run.progress.done >= 10)
    left = run.progress.seconds_left
    assert left is None or 0 < left < 60
    run.cancel()


def test_until_two_are_done_the_first_trainings_pace_tells_for_all(lab: Lab) -> None:
    run = SweepRun(lab.engine, Sweep.parse(MODEL, ["distill:temperature=1|2|4"]), "nobody")
    half = Progress(step=50, steps=100, epoch=6, epochs=12, loss=1.0, seconds_left=8.0)
    request = PointRequest(run.sweep.recipes()[0])
    request.tell_progress((half,))
    run._out[id(request)] = request
    assert run.progress.seconds_left == 16 * 2.5


def test_a_sweep_of_which_nothing_can_be_measured_has_failed(lab: Lab) -> None:
    run = lab.engine.start_sweep(a_sweep(FAILS, 3))
    assert ended(run) == "failed"
    assert "the numbers ran out" in run.progress.message


def test_a_sweep_cancelled_by_another_process_stops(lab: Lab) -> None:
    sweep = a_sweep(7, 2000)
    run = lab.engine.start_sweep(sweep)
    until(lambda: run.progress.done >= 5)
    Store(f"sqlite:///{lab.folder / 'lab.db'}").ledger.cancel(sweep.key)
    assert ended(run, 10) == "cancelled"


def test_a_sweep_of_another_living_process_is_watched_not_run(lab: Lab) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        sweep, owner = a_sweep(8), owner_of(sleeper.pid)
        record = SweepRecord(sweep.key, MODEL, sweep.model_dump_json(), "running", 20, owner=owner)
        lab.store.ledger.add(record)
        assert lab.engine.resume_sweeps() == []
        assert isinstance(lab.engine.start_sweep(sweep), SweepWatch)
        lab.store.ledger.report(sweep.key, owner, state="running", done=7, failed=0)
        watch = lab.engine.sweep(sweep.key)
        assert watch is not None
        assert (watch.progress.done, watch.progress.state) == (7, "running")
    finally:
        sleeper.kill()
        sleeper.wait()
    (resumed,) = lab.engine.resume_sweeps()
    assert ended(resumed) == "finished"


@pytest.mark.parametrize(("sampler", "free"), [("grid", ""), ("random", ",score=..")])
def test_a_sweep_survives_the_kill_of_its_process_and_no_point_is_measured_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sampler: str, free: str
) -> None:
    set_up(monkeypatch, tmp_path)
    step = f"prune:sparsity=0..0.9{free}"
    sweep = Sweep.parse(MODEL, [step], points=60, seed=9, sampler=sampler)
    script = (
        "import time\nfrom compression.engine import Engine\nfrom compression.store import Store\n"
        "from compression.recipe.sweep import Sweep\n"
        f"engine = Engine(Store('sqlite:///{tmp_path}/lab.db'), module='fake_tasks', workers=2)\n"
        f"run = engine.start_sweep(Sweep.model_validate_json({sweep.model_dump_json()!r}))\n"
        "time.sleep(600)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    lab = Lab(tmp_path)
    assert until(lambda: len(lab.store.points(MODEL)) >= 10)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert until(lambda: not alive(family))
    known = {point.key for point in lab.store.points(MODEL)}
    lab.forget()
    (run,) = lab.engine.resume_sweeps()
    assert ended(run) == "finished"
    lab.engine.close()
    assert len(lab.store.points(MODEL)) == 60
    assert known.isdisjoint(measured(lab, sweep))
    assert set(measured(lab, sweep).values()) == {1}


def test_a_closed_engine_leaves_its_sweep_to_be_resumed(lab: Lab) -> None:
    sweep = a_sweep(10, 500)
    engine = Engine(lab.store, module="fake_tasks", workers=1)
    engine.start_sweep(sweep)
    until(lambda: measured(lab, sweep))
    engine.close()
    assert lab.store.sweep(sweep.key).state == "running"
    lab.store.ledger.cancel(sweep.key)


def test_a_store_that_cant_be_written_loses_no_point(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise StoreError("The disk is full: free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(lab.store, "add_all", refuse)
        first, second = (r for r in a_sweep(11, 2).recipes())
        first_asked = lab.engine.request(first, estimate=False)
        assert first_asked.result(30).stage == "full"
        assert first_asked.warning == "The disk is full: free some space."
        again = lab.engine.request(second, estimate=False)
        assert (again.result(30).stage, again.warning) == ("full", None)
        assert lab.engine.request(first).point is not None
    lab.engine.request(next(iter(a_sweep(12, 1).recipes())), estimate=False).result(30)
    assert lab.store.have([first.key, second.key]) == {first.key, second.key}


def test_a_sweep_whose_points_cant_be_stored_stops(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise StoreError("The disk is full: free some space.")

    monkeypatch.setattr(lab.store, "add_all", refuse)
    run = lab.engine.start_sweep(a_sweep(13, 200))
    assert ended(run) == "failed"
    assert run.progress.message == "The disk is full: free some space."


def owner_of(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{psutil.Process(pid).create_time():.0f}:1"


def test_a_sweep_deleted_while_it_runs_stops_and_its_points_stay(lab: Lab) -> None:
    sweep = a_sweep(301, count=200)
    run = lab.engine.start_sweep(sweep)
    assert until(lambda: run.progress.done >= 2)
    assert lab.engine.delete_sweep(sweep.key)
    assert run.progress.state == "cancelled" and lab.engine.sweep(sweep.key) is None
    assert lab.store.sweep(sweep.key) is None
    assert lab.store.have(recipe.key for recipe in sweep.recipes())
    assert not lab.engine.delete_sweep(sweep.key)


def test_a_sweep_that_another_process_deletes_stops_within_its_next_report(lab: Lab) -> None:
    sweep = a_sweep(302, count=400)
    run = lab.engine.start_sweep(sweep)
    assert until(lambda: run.progress.done >= 2)
    script = "import sys; from compression.store import Store; print(Store(sys.argv[1]).ledger.delete(sys.argv[2]))"
    address = f"sqlite:///{lab.folder / 'lab.db'}"
    said = subprocess.run(
        [sys.executable, "-c", script, address, sweep.key], cwd=ROOT, capture_output=True, text=True
    )
    assert said.stdout == "True\n"
    assert ended(run) == "cancelled"
    assert lab.store.sweep(sweep.key) is None
    assert ended(lab.engine.start_sweep(sweep)) == "finished"
