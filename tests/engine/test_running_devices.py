"""Devices that really run, as a page has them: started, stopped, started again, and gone when they are let go."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from compression.engine import running_devices
from compression.engine.running_devices import RunningDevices
from compression.errors import EngineError
from compression.insight.slicing import run_devices
from compression.recipe import Recipe

RECIPE = Recipe.build("digits/cnn", ["slice:stages=2"]).model_dump()


def until(devices: RunningDevices, holds: Callable[[Any], bool], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = devices.look()
        if holds(state):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


@pytest.mark.alone
@pytest.mark.slow
def test_a_device_is_stopped_and_started_and_all_end_with_it() -> None:
    devices = RunningDevices(RECIPE)
    try:
        assert devices.look()["state"] == "starting"
        state = until(
            devices,
            lambda state: state["state"] == "running" and state["devices"][1]["answered_per_s"] > 0,
        )
        assert not state["exits"] and [row["device"] for row in state["devices"]] == [1, 2]
        devices.stop(2)
        until(devices, lambda state: state["devices"][1]["state"] == "stopped", 2.0)
        devices.start(2)
        state = until(devices, lambda state: state["devices"][1]["state"] == "answers")
    finally:
        devices.close()
    assert devices.look()["state"] == "ended"
    pids = [devices.pid, *(pid for row in state["devices"] for pid in row["pids"])]
    assert not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.slow
def test_a_file_that_is_no_longer_kept_is_told_of() -> None:
    devices = RunningDevices(RECIPE, "0" * 64)
    try:
        state = until(devices, lambda state: state["state"] == "ended")
    finally:
        devices.close()
    assert "no longer kept" in state["said"]


def test_no_more_than_a_few_run_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_devices, "MOST", 0)
    with pytest.raises(EngineError, match="devices already"):
        RunningDevices(RECIPE)


def test_it_is_over_when_nobody_looks_or_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = run_devices.Orders()
    assert not orders.over
    orders.ordered -= run_devices.IDLE_SECONDS + 1
    assert "2 quiet minutes" in orders.over
    orders.looked -= run_devices.UNSEEN_SECONDS + 1
    assert "nobody looked" in orders.over
