"""For the tables beside other toolkits: one core, and rows recorded as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.benchmarks.setting import one_core
from tests.benchmarks.table import Row, record

Publish = Callable[[Iterable[Row]], None]


@pytest.fixture
def publish(capsys: pytest.CaptureFixture[str]) -> Iterator[Publish]:
    """Records rows without what the tools print; no accuracy may be below chance by more than noise."""

    def recorded(rows: Iterable[Row]) -> None:
        for row in rows:
            with capsys.disabled():
                record(row)
            assert row.accuracy > 0.05

    with one_core():
        yield recorded
