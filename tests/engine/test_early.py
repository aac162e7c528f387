"""The cluster's process that is started before the engine, and who may have it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from compression.engine import early, local_cluster
from compression.engine.local_cluster import TASKS


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The processes that were prepared: `cat` in the cluster's place, which says back what it is told."""
    processes: list[Any] = []

    def prepare(module: str, workers: int) -> Any:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        processes.append(subprocess.Popen(["cat"], **pipes))
        return processes[-1]

    monkeypatch.delenv("COMPACT_SCHEDULER", raising=False)
    monkeypatch.setattr(early, "prepare", prepare)
    monkeypatch.setattr(early, "_prepared", [])
    yield processes
    for process in processes:
        local_cluster.stop(process)


def test_it_is_told_to_begin_when_the_engine_takes_it(prepared: list[Any]) -> None:
    early.prepare_early()
    assert early.take(TASKS, 0) is prepared[0]
    assert prepared[0].stdout.readline() == local_cluster.BEGIN


def test_it_is_taken_once_and_prepared_once(prepared: list[Any]) -> None:
    early.prepare_early()
    early.prepare_early()
    assert len(prepared) == 1
    assert early.take(TASKS, 0) is not None
    assert early.take(TASKS, 0) is None


def test_another_kind_of_engine_does_not_get_it() -> None:
    early.prepare_early()
    assert early.take("fake_tasks", 0) is None
    assert early.take(TASKS, 2) is None


def test_one_that_has_died_is_not_handed_out(prepared: list[Any]) -> None:
    early.prepare_early()
    prepared[0].kill()
    prepared[0].wait()
    assert early.take(TASKS, 0) is None


def test_none_is_prepared_where_a_cluster_is_named(
    prepared: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPACT_SCHEDULER", "tls://elsewhere:8786")
    early.prepare_early()
    assert prepared == []


def test_a_process_that_can_t_start_is_left_to_the_engine_to_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    monkeypatch.delenv("COMPACT_SCHEDULER", raising=False)
    monkeypatch.setattr(early, "_prepared", [])
    monkeypatch.setattr(local_cluster, "sys", SimpleNamespace(executable="/nowhere/python"))
    early.prepare_early()
    assert early.take(TASKS, 0) is None
