"""An engine whose workers run ``fake_tasks``, and a store of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from compression.engine import Engine
from compression.store import Store

HERE = Path(__file__).parent


class Lab:
    """The engine under test, with what its workers have begun so far."""

    def __init__(self, folder: Path, workers: int = 1) -> None:
        self.folder = folder
        self.store = Store(f"sqlite:///{folder / 'lab.db'}")
        self.engine = Engine(self.store, module="fake_tasks", workers=workers)

    def begun(self, kind: str = "") -> list[tuple[str, str, int]]:
        """(stage, key, worker's process) of each task begun, in order."""
        log = self.folder / "log"
        lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        return [(stage, key, int(pid)) for stage, key, pid in lines if kind in stage]

    def forget(self) -> None:
        (self.folder / "log").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One engine for the tests of a file: they ask different seeds."""
    folder = tmp_path_factory.mktemp("lab")
    with pytest.MonkeyPatch.context() as patch:
        set_up(patch, folder)
        lab = Lab(folder, workers=2)
        yield lab
        lab.engine.close()


def set_up(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setenv("COMPACT_HOME", str(folder))
    patch.setenv("FAKE_LOG", str(folder / "log"))
    patch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), str(HERE.parents[1])]))


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a zombie only waits for its parent to look."""
    return [
        process
        for process in processes
        if psutil.pid_exists(process.pid)
        and process.is_running()
        and process.status() != psutil.STATUS_ZOMBIE
    ]


def until(condition: Callable[[], object], seconds: float = 30.0) -> bool:
    """Wait for a condition of the outside world; False if it never came."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
