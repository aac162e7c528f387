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
    for name in ("bash", "cat", "dirname", "env", "id", "mkdir", "sh"):
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


def test_it_checks_and_then_tests_with_flower_installed(machine: Path) -> None:
    for name in ("chromium", "npm"):
        add(machine, name)
    *before, test = called(machine)
    assert any(line.startswith("npm install") and "pyodide@" in line for line in before)
    assert sorted(before[-2:]) == ["make check", "make federated"]
    assert test == "make test"


def test_without_flower_it_fails_and_says_why(machine: Path) -> None:
    for name in ("chromium", "npm"):
        add(machine, name)
    add(machine, "make", '[ "$1" != federated ] || { echo no room; exit 1; }')
    env = {"PATH": str(machine / "bin")}
    done = subprocess.run([machine / ".ci" / "run"], env=env, capture_output=True, text=True)
    assert done.returncode == 1 and "no room" in done.stdout
    assert "make test" not in (machine / "called").read_text()
