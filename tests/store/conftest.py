"""A store in a folder of its own, and points to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compression.store import Store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lab.db"


@pytest.fixture
def store(file: Path, tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{file}", bundled_folder=tmp_path / "bundled")
    yield store
    store.close()
