"""Output to wherever it goes: ASCII, a pipe that is closed, nowhere; and failures as JSON documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from compression.__main__ import main
from compression.cli import streams

ROOT = Path(__file__).parents[2]
COMPRESSION = f"{sys.executable} -m compression"


def shell(line: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=ROOT, capture_output=True, text=True, env={**os.environ, **env}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run", "digits/mpl"], 2, "did you mean digits/mlp"),
        (["run", "digits/mlp", "--step", "prune:sparsity=1e999"], 2, "from 0 to 0.98"),
        (["run"], 2, "Missing argument"),
        (["run", "digits/mlp", "--stepp", "x"], 2, "No such option"),
        (["fly"], 2, "No such command"),
        (["sweep", "digits/mlp", "--points", "many"], 2, "Invalid value"),
        (["export", "digits/mlp", "--seed", "9" * 5000, "-o", "x"], 2, "Invalid value"),
        (["run", "digits/mlp", "--seed", "9" * 5000], 2, "can't be"),
        (["verify", "/nowhere.packed"], 2, "no file"),
    ],
)
def test_a_failure_is_one_json_document_where_json_was_asked_for(
    arguments: list[str],
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["compression", *arguments, "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert (ended.value.code, set(document), document["code"]) == (code, {"error", "code"}, code)
    assert says in document["error"]
    assert says in " ".join(told.err.split())


@pytest.mark.parametrize("command", ["techniques", "run digits/mpl", "fly"])
def test_ascii_alone_is_enough(command: str) -> None:
    result = shell(f"{COMPRESSION} {command}", PYTHONIOENCODING="ascii")
    assert "Traceback" not in result.stderr
    assert (result.stdout + result.stderr).isascii()


def test_what_ascii_lacks_is_written_otherwise() -> None:
    script = "from compression.cli import streams; streams.make_safe(); print('1\\u20132 \\xb7 3 \\xd7 \\u2192 \\xe4')"
    printed = subprocess.check_output(
        [sys.executable, "-c", script], cwd=ROOT, text=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )  # fmt: skip
    assert printed == "1-2 - 3 x -> ?\n"
    assert all(text.isascii() for text in streams.PLAIN.values())


@pytest.mark.parametrize("line", ["techniques | true", "techniques >&-", "techniques 2>&- | cat"])
def test_a_closed_stream_ends_it_quietly(line: str) -> None:
    result = shell(f"{COMPRESSION} {line}")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_full_disk_at_the_other_end_is_one_sentence() -> None:
    result = shell(f"{COMPRESSION} models --json >/dev/full")
    assert (result.returncode, result.stderr) == (
        1,
        "The system refused: [Errno 28] No space left on device.\n",
    )
