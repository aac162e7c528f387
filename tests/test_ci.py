"""What continuous integration runs: it installs what the machine lacks, and nothing beside it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout on a machine whose programs do no more than say that they were called."""
    (tmp_path / ".ci").mkdir()
    shutil.copy2(ROOT / ".ci" / "run", tmp_path / ".ci")
    (tmp_path / "bin").mkdir()
    for name in ("bash", "dirname", "env", "id", "sh"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    for name in ("apt-get", "make"):
        add(tmp_path, name)
    add(tmp_path, "sudo", '"$@"')
    return tmp_path


def add(machine: Path, name: str, does: str = "") -> None:
    program = machine / "bin" / name
    program.write_text(f'#!/bin/sh\necho {name} "$@" >>{machine}/called\n{does}\n')
    program.chmod(0o755)


def called(machine: Path) -> list[str]:
    """What was called on the way to the tests."""
    env = {"PATH": str(machine / "bin")}
    subprocess.run([machine / ".ci" / "run"], env=env, check=True, capture_output=True)
    lines = (machine / "called").read_text().splitlines()
    return [line for line in lines if not line.startswith("sudo")]


@pytest.mark.parametrize(
    ("there", "installed"),
    [
        (["chromium", "npm"], []),
        (["npm"], ["chromium"]),
        (["chromium"], ["nodejs npm"]),
        ([], ["chromium", "nodejs npm"]),
    ],
)
def test_only_what_is_missing_is_installed(
    machine: Path, there: list[str], installed: list[str]
) -> None:
    (machine / "build" / "node_modules" / "pyodide").mkdir(parents=True)
    for name in there:
        add(machine, name)
    asked = [line for line in called(machine) if line.startswith("apt-get") and "install" in line]
    assert [line.partition("--no-install-recommends ")[2] for line in asked] == installed


def test_it_checks_and_then_tests(machine: Path) -> None:
    for name in ("chromium", "npm"):
        add(machine, name)
    *_, pyodide, check, test = called(machine)
    assert pyodide.startswith("npm install") and "pyodide@" in pyodide
    assert (check, test) == ("make check", "make test")
