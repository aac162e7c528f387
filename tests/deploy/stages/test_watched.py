"""A pipeline that is watched: who is away is told soon, the others go on, and a device comes back."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from compression.deploy.stages.pipeline import Pipeline
from compression.deploy.stages.watched import Watched
from tests.deploy.stages.test_exits_at_work import cut, digits

pytestmark = [pytest.mark.alone, pytest.mark.slow]
SOON = 2.0


@pytest.fixture
def watched() -> Iterator[Watched]:
    with Pipeline(cut(), timeout_s=1.5) as pipeline:
        watched = Watched(pipeline, (0, 1, 2), digits(32), has_exits=True)
        over = threading.Event()

        def ask() -> None:
            while not over.is_set():
                watched.ask()

        asking = threading.Thread(target=ask)
        asking.start()
        until(watched, lambda rows, _: rows[0]["answered_per_s"] > 0)
        yield watched
        over.set()
        asking.join()


def until(watched: Watched, holds: Callable[[Any, Any], bool], seconds: float = 15.0) -> Any:
    """The first state of which it holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = watched.state()
        if holds(state["devices"], state):
            return state
        time.sleep(0.02)
    raise AssertionError(state)


def test_a_device_that_is_stopped_is_told_and_those_before_it_go_on(watched: Watched) -> None:
    whole = until(watched, lambda rows, _: all(row["answered_per_s"] > 0 for row in rows))
    assert [row["state"] for row in whole["devices"]] == ["answers"] * 3
    assert whole["devices"][0]["bytes_per_s"] > 0 and not whole["missed_per_s"]
    watched.stop(1)
    until(watched, lambda rows, _: rows[1]["state"] == "stopped", SOON)
    state = until(watched, lambda rows, _: rows[2]["answered_per_s"] == 0)  # the window is over
    assert state["devices"][0]["answered_per_s"] > 0 and state["missed_per_s"] > 0
    assert state["devices"][0]["bytes_per_s"] == 0  # nobody is there to take them
    watched.start(1)
    until(watched, lambda rows, _: rows[1]["state"] == "starting", SOON)
    state = until(watched, lambda rows, _: rows[2]["answered_per_s"] > 0)
    assert state["devices"][1]["state"] == "answers"
    until(watched, lambda _, state: not state["missed_per_s"])


def test_without_the_first_nothing_is_answered_until_it_is_back(watched: Watched) -> None:
    os.kill(watched.state()["devices"][0]["pids"][0], signal.SIGKILL)
    until(watched, lambda rows, _: rows[0]["state"] == "stopped", SOON)
    state = until(watched, lambda rows, _: not any(row["answered_per_s"] for row in rows))
    assert "Stage 1 of 3 has died" in state["said"]
    watched.start(0)
    until(watched, lambda rows, state: rows[0]["answered_per_s"] > 0 and not state["said"])


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="This system can't suspend a process.")
def test_one_that_is_alive_and_says_nothing_is_silent(watched: Watched) -> None:
    (pid,) = watched.state()["devices"][1]["pids"]
    os.kill(pid, signal.SIGSTOP)
    try:
        until(watched, lambda rows, _: rows[1]["state"] == "silent")
    finally:
        os.kill(pid, signal.SIGCONT)
    until(watched, lambda rows, _: rows[1]["state"] == "answers")
