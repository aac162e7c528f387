"""The home folder and what is in it are for their owner alone, and its name may be any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from compression.home import home, ready_folder
from compression.store import Store
from compression.store.artifacts import ArtifactFolder
from compression.training.checkpoints import Checkpoint, Saved
from tests.measured import MODEL, a_point


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder that is yet to be made, while the umask forbids nothing."""
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / "above" / "lab"))
    before = os.umask(0)
    yield tmp_path / "above" / "lab"
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}


def test_what_is_kept_is_its_owners_alone(place: Path) -> None:
    store = Store.open()
    store.add(a_point())
    ArtifactFolder().put(b"weights")
    Checkpoint("one").write(Saved({"w": torch.ones(3)}))
    files = {path.name for path in place.rglob("*") if path.is_file()}
    assert {"lab.db", "lab.db-wal", "lab.db-shm", "one.safetensors"} < files
    found = modes(place)
    assert {found.pop(name) for name in files} == {0o600}
    assert set(found.values()) == {0o700}
    assert place.parent.stat().st_mode & 0o777 == 0o700
    store.close()


def test_what_an_older_version_left_open_is_closed(place: Path) -> None:
    (place / "artifacts").mkdir(parents=True, mode=0o777)
    (place / "lab.db").touch(0o666)
    Store.open().add(a_point())
    assert set(modes(place).values()) == {0o700, 0o600}
    assert modes(place)["lab"] == 0o700


def test_a_folder_with_others_files_is_not_closed(place: Path) -> None:
    place.mkdir(parents=True, mode=0o755)
    (place / "letters").mkdir(mode=0o755)
    (place / "datasets").mkdir(mode=0o755)
    Store.open().add(a_point())
    found = modes(place)
    assert (found["lab"], found["letters"], found["datasets"]) == (0o755, 0o755, 0o755)
    assert found["lab.db"] == 0o600


def test_half_written_files_of_the_dead_are_swept_up_at_the_start(place: Path) -> None:
    left = place / "artifacts" / "ab" / ".abc.123.lab-partial"
    left.parent.mkdir(parents=True)
    left.touch()
    ready_folder()
    assert not left.exists()


@pytest.mark.parametrize("name", ["a?b", "a#b", "50%41", "two words", "größe", "a:b@c", "a&b=c;d"])
def test_a_home_of_any_name_has_a_store_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / name))
    store = Store.open()
    store.add(a_point())
    assert home() == tmp_path / name
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
    assert (tmp_path / name / "lab.db").stat().st_size
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / name.replace(name[-1], "x")))
    assert Store.open().points(MODEL) == ()
