"""A file is there as a whole or not at all: killed writers, full disks, what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from compression.files import PRIVATE, alone_in, replacing, sweep_up, write
from tests.files.full_disk import fill

ROOT = Path(__file__).parents[2]
WRITER = (
    "import sys; from pathlib import Path; from compression.files import replacing\n"
    "with replacing(Path(sys.argv[1])) as file:\n"
    "    file.write(b'new' * 1000); file.flush(); print('in the middle', flush=True); sys.stdin.readline()\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "model.packed"
    file.write_bytes(b"old")
    return file


@pytest.fixture
def writer(file: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has written part of the file, and goes on when it is told to."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)], cwd=ROOT, stdin=pipe, stdout=pipe, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in the middle\n"
    yield process
    process.kill()
    process.communicate()


def test_a_file_is_replaced_by_what_was_written(file: Path) -> None:
    write(file, b"new")
    assert file.read_bytes() == b"new"
    assert names(file.parent) == [file.name]


def test_a_writer_killed_in_the_middle_leaves_the_old_file(
    file: Path, writer: subprocess.Popen[str]
) -> None:
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert file.read_bytes() == b"old"
    assert len(names(file.parent)) == 2
    assert sweep_up(file.parent) == 1
    assert names(file.parent) == [file.name]


def test_the_next_write_sweeps_up_after_a_killed_one(
    file: Path, writer: subprocess.Popen[str]
) -> None:
    writer.kill()
    writer.wait()
    write(file, b"newer")
    assert names(file.parent) == [file.name]


def test_what_a_living_process_is_writing_is_not_swept_up(
    file: Path, writer: subprocess.Popen[str]
) -> None:
    assert sweep_up(file.parent) == 0
    writer.communicate("go on\n")
    assert file.read_bytes() == b"new" * 1000


@pytest.mark.parametrize("at", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    fill(monkeypatch, at)
    with pytest.raises(OSError, match="No space left"):
        write(file, b"new" * 100_000)
    assert file.read_bytes() == b"old"
    assert names(file.parent) == [file.name]


def test_whatever_ends_the_block_leaves_the_old_file(file: Path) -> None:
    with pytest.raises(KeyboardInterrupt), replacing(file) as target:
        target.write(b"new")
        raise KeyboardInterrupt
    assert (file.read_bytes(), names(file.parent)) == (b"old", [file.name])


def test_a_link_stays_and_what_it_points_at_is_replaced(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file.name)
    write(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_a_device_is_written_as_it_is() -> None:
    write(Path("/dev/null"), b"gone")
    assert Path("/dev/null").is_char_device()


def test_a_file_that_may_not_be_written_is_not_replaced(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    with pytest.raises(PermissionError):
        write(file, b"new")
    assert file.read_bytes() == b"old"


def test_what_is_replaced_hands_on_its_mode(file: Path) -> None:
    file.chmod(0o640)
    write(file, b"new")
    assert file.stat().st_mode & 0o777 == 0o640
    write(file, b"new", mode=PRIVATE)
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / ("ä" * 127)
    write(file, b"new")
    assert file.read_bytes() == b"new"


def test_two_processes_take_turns_in_a_folder(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    script = (
        "import sys; from pathlib import Path; from compression.files import alone_in, write\n"
        "file = Path(sys.argv[1])\n"
        "for _ in range(50):\n"
        "    with alone_in(file.parent): write(file, str(int(file.read_text()) + 1).encode())\n"
    )
    adders = [
        subprocess.Popen([sys.executable, "-c", script, str(counter)], cwd=ROOT) for _ in range(2)
    ]
    assert [adder.wait(60) for adder in adders] == [0, 0]
    with alone_in(tmp_path):
        assert counter.read_text() == "100"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
