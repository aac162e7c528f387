"""A worker is killed while it trains students of a sweep: the sweep is finished all the same."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from compression.engine import Engine
from compression.recipe.sweep import Sweep
from compression.store import Store
from tests.engine.conftest import alive, until

pytestmark = pytest.mark.slow


def training_worker() -> psutil.Process:
    """Of the processes at the ends of this one's tree, the one that has worked most."""
    ends = [p for p in alive(psutil.Process().children(recursive=True)) if not p.children()]
    return max(ends, key=lambda process: process.cpu_times().user)


def test_nothing_finished_is_lost_when_a_worker_is_killed_in_the_middle_of_a_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'lab.db'}")
    first = Sweep.parse("digits/cnn", ["distill:epochs=2"], seed=7)
    sweep = Sweep.parse("digits/cnn", ["distill:epochs=40,temperature=1|4"], seeds=(0, 1))
    with Engine(store, workers=2) as engine:
        engine.request(first.recipes()[0]).result(120)
        run = engine.start_sweep(sweep)
        assert until(lambda: (now := run.progress.training) is not None and now.epoch > 2, 120)
        before = run.progress
        assert before.training is not None and before.training.step < before.training.steps
        assert before.done == 0
        killed = training_worker()
        killed.kill()
        assert until(lambda: not alive([killed]), 10)
        assert until(lambda: run.wait(0.5).finished, 150)
        assert (run.progress.state, run.progress.done, run.progress.failed) == ("finished", 4, 0)
    keys = {recipe.key for recipe in (*first.recipes(), *sweep.recipes())}
    assert store.have(keys) == keys
    assert all(store.get(key).value("accuracy") > 0.3 for key in keys)
