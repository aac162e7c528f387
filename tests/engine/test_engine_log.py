"""The engine's log is bounded while its processes run, and never stops them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compression.engine import log
from compression.files import PRIVATE
from tests.engine.conftest import until
from tests.files.full_disk import refuse

CHATTY = (
    "import os, subprocess, sys\n"
    "for number in range(2000): print(f'line {number} ' + 'x' * 90, file=sys.stderr)\n"
    "subprocess.run([sys.executable, '-c', 'print(\"its child\")'], stdout=2); print('end', file=sys.stderr)"
)


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / "lab"))
    monkeypatch.setattr(log, "LOG_BYTES", 20_000)
    monkeypatch.setattr(log, "CHUNK", 5_000)


def chat() -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", CHATTY], stderr=subprocess.PIPE)
    assert process.stderr is not None
    log.keep(process.stderr)
    return process


def said() -> bytes:
    """What is in the log; between two files there is none."""
    return log.log_file().read_bytes() if log.log_file().exists() else b""


def test_what_a_chatty_process_and_its_child_say_is_bounded() -> None:
    process = chat()
    assert until(lambda: said().endswith(b"its child\nend\n"))
    assert process.wait() == 0
    files = sorted(log.log_file().parent.glob("engine.log*"))
    assert [file.name for file in files] == ["engine.log", "engine.log.1"]
    assert all(0 < file.stat().st_size <= 20_000 for file in files)
    assert {file.stat().st_mode & 0o777 for file in files} == {PRIVATE}


def test_many_write_at_once_and_no_line_is_torn() -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: log.append(b"one whole line\n"), range(500)))
    assert set(log.log_file().read_bytes().splitlines()) == {b"one whole line"}


def test_a_log_that_cant_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "ready_folder", refuse)
    process = chat()
    assert process.wait(30) == 0
    assert not log.log_file().exists()
