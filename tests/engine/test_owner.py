"""Who runs a sweep: this process, another that lives or not, or one that can't be looked at."""

from __future__ import annotations

import time

import pytest

from compression.engine.owner import SILENT_SECONDS, is_run_elsewhere, new_owner
from compression.store import SweepRecord
from tests.measured import MODEL

FOREIGN = [
    "",
    "me",
    "a:b",
    "1:2:3",
    "host:pid:start:run",
    "host:99999999999999999999:1:x",
    "elsewhere:1:1:x",
    ":::",
]


def record(owner: str, *, silent: float = 0, state: str = "running") -> SweepRecord:
    beat = time.time() - silent
    return SweepRecord("k" * 16, MODEL, "{}", state, total=10, owner=owner, beat=beat)  # type: ignore[arg-type]


@pytest.mark.parametrize("owner", FOREIGN)
def test_an_owner_that_cant_be_looked_at_lives_while_it_says_so(owner: str) -> None:
    assert is_run_elsewhere(record(owner))
    assert not is_run_elsewhere(record(owner, silent=SILENT_SECONDS + 1))


def test_our_own_and_the_dead_are_not_elsewhere() -> None:
    host, pid, began, run = new_owner().rsplit(":", 3)
    assert not is_run_elsewhere(record(f"{host}:{pid}:{began}:{run}"))
    assert not is_run_elsewhere(record(f"{host}:{pid}:1:{run}"))
    assert not is_run_elsewhere(record(f"{host}:999999999:{began}:{run}"))


def test_our_parent_is_elsewhere() -> None:
    import os

    import psutil

    host, _, _, run = new_owner().rsplit(":", 3)
    parent = psutil.Process(os.getppid())
    owner = f"{host}:{parent.pid}:{parent.create_time():.0f}:{run}"
    assert is_run_elsewhere(record(owner, silent=10 * SILENT_SECONDS))
    assert not is_run_elsewhere(record(owner, state="finished"))
