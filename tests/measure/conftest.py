"""What tests of timing share: a clock of their own, and nothing timed by an earlier test."""

from __future__ import annotations

import pytest

from compression.measure import latency, rounds
from compression.measure.shared_latency import SHARED
from tests.fake_clock import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that timing reads."""
    clock = Clock()
    for module in (latency, rounds):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def nothing_timed() -> None:
    SHARED.forget()
