"""Ctrl-C and SIGTERM, at whatever moment: the sweep is recorded as cancelled, and one sentence is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compression.store import Store
from tests.engine.conftest import set_up, until

ROOT = Path(__file__).parents[2]
SAID = "Stopped; what was measured is kept."
COMMAND_LINE = (
    "import functools, runpy, sys; from compression import engine\n"
    "engine.Engine = functools.partial(engine.Engine, module='fake_tasks', workers=1)\n"
    "runpy.run_module('compression', run_name='__main__')"
)
SWEEP = ["sweep", "digits/mlp", "--step", "quantize:bits=2..8", "--step", "prune:sparsity=0..0.9"]


def is_recorded(store: Store) -> bool:
    return bool(store.sweeps())


def is_measuring(store: Store) -> bool:
    return len(store.points("digits/mlp")) >= 3


@pytest.mark.alone
@pytest.mark.parametrize(
    ("moment", "signals"),
    [
        (is_recorded, [signal.SIGTERM]),
        (is_measuring, [signal.SIGINT] * 3),
    ],
    ids=["just recorded, terminated", "measuring, interrupted again and again"],
)
def test_an_interrupted_sweep_is_recorded_as_cancelled(
    moment: Callable[[Store], bool],
    signals: list[signal.Signals],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up(monkeypatch, tmp_path)
    monkeypatch.setenv("FAKE_SECONDS", "0.05")
    store = Store(f"sqlite:///{tmp_path / 'lab.db'}")
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND_LINE, *SWEEP],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert until(lambda: moment(store))
    for one in signals:
        process.send_signal(one)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, "", SAID)
    assert [record.state for record in store.sweeps()] == ["cancelled"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_libraries_load_ends_with_the_same_words(number: signal.Signals) -> None:
    script = "from compression.cli import interrupt; interrupt.leave_at_once(); print(flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    assert process.communicate(timeout=30)[1].strip() == SAID
    assert process.returncode == 130


def test_an_ignored_signal_stays_ignored() -> None:
    script = (
        "import os, signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from compression.cli import interrupt; interrupt.stop_in_order()\n"
        "os.kill(os.getpid(), signal.SIGINT); print('goes on')"
    )
    assert subprocess.check_output([sys.executable, "-c", script], cwd=ROOT) == b"goes on\n"


def test_a_single_run_is_stopped_with_the_same_words(tmp_path: Path) -> None:
    script = (
        "import os, signal, runpy, sys; from compression import api\n"
        "api.repeat = lambda *_, **options: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.argv = ['compression', 'run', 'digits/mlp', '--json']\n"
        "runpy.run_module('compression', run_name='__main__')"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "COMPACT_HOME": str(tmp_path)},
    )  # fmt: skip
    assert (result.returncode, result.stderr.strip()) == (130, SAID)
    assert '"code": 130' in result.stdout
