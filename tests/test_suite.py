"""The suite itself: its rounds leave nothing out, its processes share nothing, and CI skips nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

ROOT = Path(__file__).parents[1]
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def run_pytest(file: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a file of tests elsewhere under this suite's settings."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "tests.conftest"]
    return subprocess.run(
        [*command, *options, str(file)],
        cwd=ROOT,
        env={**given, **env},
        capture_output=True,
        text=True,
    )


def closing_line(result: subprocess.CompletedProcess[str]) -> str:
    return re.sub(r" in .*", "", result.stdout.strip().splitlines()[-1].strip("= "))


@pytest.mark.parametrize("processes", ["0", "2"])
def test_each_process_has_a_state_folder_of_its_own_and_leaves_none(
    tmp_path: Path, processes: str
) -> None:
    file = tmp_path / "test_homes.py"
    file.write_text(
        "import os, pytest\n"
        "from pathlib import Path\n"
        "from compression.home import home\n"
        "@pytest.mark.parametrize('n', range(8))\n"
        "def test_home(n):\n"
        f"    Path({str(tmp_path)!r}, f'{{os.getpid()}}-{{n}}').write_text(str(home()))\n"
    )
    result = run_pytest(file, "-n", processes, COMPACT_HOME=str(tmp_path / "the user's own"))
    assert closing_line(result) == "8 passed"
    written = {p.name.partition("-")[0]: p.read_text() for p in tmp_path.glob("[0-9]*-*")}
    homes = [Path(home) for home in written.values()]
    assert len({*homes}) == len(written) == max(1, int(processes))
    assert not any(home.exists() or tmp_path in home.parents for home in homes)


@pytest.mark.parametrize("processes", ["0", "2"])
@pytest.mark.parametrize("mark", ["browser", "python314"])
def test_a_skipped_test_of_what_ci_installs_fails_there(
    tmp_path: Path, mark: str, processes: str
) -> None:
    file = tmp_path / "test_skipping.py"
    file.write_text(f"import pytest\n@pytest.mark.{mark}\ndef test_it(): pytest.skip('no such')\n")
    here = run_pytest(file, "-n", processes, CI="")
    there = run_pytest(file, "-n", processes, CI="true")
    assert (here.returncode, closing_line(here)) == (0, "1 skipped")
    assert (there.returncode, closing_line(there)) == (1, "1 failed")
    assert "skipped in CI: " in there.stdout and "no such" in there.stdout


@pytest.fixture
def rounds(tmp_path: Path) -> Path:
    """A checkout whose Python writes down how it is called, and ends as the file of that round says."""
    shutil.copy2(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-lock.txt", "requirements-dev.txt"):
        (tmp_path / name).touch()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/called\n'
        f"exit $(sed -n $(wc -l <{tmp_path}/called)p {tmp_path}/codes)\n"
    )
    python.chmod(0o755)
    for stamp in (".app-installed", ".dev-installed"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def rounds_of(folder: Path, codes: str) -> tuple[int, list[str]]:
    """How `make test` ends, and which tests each round that it began takes."""
    (folder / "codes").write_text(codes.replace(" ", "\n") + "\n")
    result = subprocess.run(["make", "test"], cwd=folder, capture_output=True, text=True)
    called = (folder / "called").read_text().splitlines()
    return result.returncode, [
        re.sub(r"^-m pytest -m (.*?)( -n .*)?$", r"\1", line) for line in called
    ]


@needs_make
@pytest.mark.parametrize(
    ("codes", "is_fine", "count"),
    [
        ("0 0 0", True, 3),
        ("1 0 0", False, 3),
        ("0 1 0", False, 3),
        ("0 0 1", False, 3),
        ("0 2 0", False, 2),
    ],
    ids=["all pass", "first fails", "second fails", "third fails", "interrupted"],
)
def test_make_test_runs_its_rounds_and_tells_of_each(
    rounds: Path, codes: str, is_fine: bool, count: int
) -> None:
    code, begun = rounds_of(rounds, codes)
    assert ((code == 0), len(begun)) == (is_fine, count)


@needs_make
@pytest.mark.parametrize(
    "marks",
    [set(), {"alone"}, {"alone", "browser"}, {"alone", "slow"}, {"slow"}],
    ids=lambda marks: "-".join(sorted(marks)) or "none",
)
def test_each_test_has_one_round(rounds: Path, marks: set[str]) -> None:
    _, begun = rounds_of(rounds, "0 0 0")
    taken = [Expression.compile(each).evaluate(lambda name, **_: name in marks) for each in begun]
    assert taken.count(True) == 1
    assert not Expression.compile(begun[0]).evaluate(lambda name, **_: name == "benchmark")
