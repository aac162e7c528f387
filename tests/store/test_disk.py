"""What is dropped of the disk: only what can be made again, and only what nobody used for long."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from compression.errors import StoreError
from compression.store.disk import DAY, disk_use, drop_unused


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    (tmp_path / "artifacts" / "ab").mkdir(parents=True)
    (tmp_path / "lab.db").write_bytes(b"x" * 100)
    for name, days in (("old", 8), ("new", 0)):
        file = tmp_path / "artifacts" / "ab" / name
        file.write_bytes(b"y" * 10)
        os.utime(file, (time.time() - days * DAY,) * 2)
    return tmp_path


def test_each_part_is_counted(home: Path) -> None:
    use = disk_use()
    assert use.bytes["points and runs"] == 100 and use.bytes["packed files"] == 20
    assert use.total == 120 and use.free > 0


def test_only_what_was_unused_for_long_goes(home: Path) -> None:
    assert drop_unused("packed files", 7) == (1, 10)
    assert [file.name for file in (home / "artifacts" / "ab").iterdir()] == ["new"]
    assert (home / "lab.db").exists()


def test_a_link_is_not_followed(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / "file"
    other.write_bytes(b"z")
    os.utime(other, (0, 0))
    (home / "artifacts" / "ab" / "link").symlink_to(other)
    drop_unused("packed files", 7)
    assert other.exists()


@pytest.mark.parametrize(("part", "days"), [("points and runs", 7), ("packed files", 0)])
def test_points_and_what_is_in_use_stay(home: Path, part: str, days: int) -> None:
    with pytest.raises(StoreError, match="can't be dropped"):
        drop_unused(part, days)
