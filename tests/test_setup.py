"""Set-up: the right Python or one sentence, everything pinned, nothing done twice, a port that is free."""

from __future__ import annotations

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PYTHON_NAMES = ("python", "python3", *(f"python{version}" for version in PYTHONS))


def set_up(
    *arguments: str, folder: Path, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **({"PATH": path} if path else {})}
    command = ["/bin/sh", str(ROOT / ".ci" / "setup.sh"), *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def pretend_python(file: Path, version: str) -> Path:
    """A program that answers the set-up's questions as an unsuitable Python would."""
    file.write_text(f'#!/bin/sh\ncase "$2" in *print*) echo {version} ;; *) exit 1 ;; esac\n')
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("version", ["2.7.18", "3.9.18", "3.15.0"])
def test_another_python_is_refused_in_one_sentence(tmp_path: Path, version: str) -> None:
    result = set_up("venv", str(pretend_python(tmp_path / "old", version)), folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert re.search(f"needs Python 3.10 to 3.14, but .* is {version}", result.stderr)


def test_a_python_that_is_not_there_is_refused_in_one_sentence(tmp_path: Path) -> None:
    result = set_up("venv", "python3.99", folder=tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "no working Python called 'python3.99'" in result.stderr


def test_a_machine_without_a_suitable_python_is_told_so(tmp_path: Path) -> None:
    for name in PYTHON_NAMES:
        pretend_python(tmp_path / name, "3.9.2")
    result = set_up("venv", folder=tmp_path, path=str(tmp_path))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "none was found (python3 is 3.9.2)" in result.stderr


def test_a_virtual_environment_that_fits_is_kept(tmp_path: Path) -> None:
    binary = tmp_path / ".venv" / "bin" / "python"
    binary.parent.mkdir(parents=True)
    binary.symlink_to(sys.executable)
    result = set_up("venv", sys.executable, folder=tmp_path)
    assert (result.returncode, result.stdout, binary.is_symlink()) == (0, "", True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what make looks at, as it is after a first `make test`."""
    for name in ("Makefile", "requirements.txt", "requirements-lock.txt", "requirements-dev.txt"):
        shutil.copy2(ROOT / name, tmp_path)
    binary = tmp_path / ".venv" / "bin" / "python"
    binary.parent.mkdir(parents=True)
    binary.symlink_to(sys.executable)
    for stamp in (".app-installed", ".dev-installed"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def what_make_would_do(folder: Path, *arguments: str) -> str:
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "--no-print-directory", "-n", *arguments]
    return subprocess.check_output(command, cwd=folder, env=env, text=True)


def test_a_second_make_run_starts_at_once(checkout: Path) -> None:
    assert what_make_would_do(checkout, "run").split() == [
        "exec", ".venv/bin/python", ".ci/serve.py", "8501",
    ]  # fmt: skip


def test_changed_requirements_are_installed_before_running(checkout: Path) -> None:
    later = (checkout / ".venv" / ".app-installed").stat().st_mtime + 10
    os.utime(checkout / "requirements.txt", (later, later))
    steps = what_make_would_do(checkout, "run").splitlines()
    assert "setup.sh install requirements.txt" in steps[0]
    assert "serve.py" in steps[-1]


def test_a_lost_python_is_built_anew(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "python").unlink()
    assert "setup.sh venv" in what_make_would_do(checkout, "run")


def serve(port: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / ".ci" / "serve.py"), port]
    return subprocess.run(command, capture_output=True, text=True, timeout=20)


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = serve(str(port))
    assert result.returncode == 1
    assert result.stderr.startswith(f"Port {port} is taken: ")
    assert "make run PORT=" in result.stderr


@pytest.mark.parametrize("port", ["", "abc", "80", "65536", "-1", "8501; true"])
def test_nonsense_is_not_a_port(port: str) -> None:
    result = serve(port)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "choose 1024 to 65535" in result.stderr


def requirements(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def applies(requirement: Requirement, python: str) -> bool:
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    return requirement.marker is None or requirement.marker.evaluate(environment)


FILES = ("requirements.txt", "requirements-dev.txt")
FEDERATED = "requirements-federated.txt"


@pytest.mark.parametrize(
    ("name", "python"), [*product(FILES, PYTHONS), *product([FEDERATED], PYTHONS[1:])]
)
def test_each_python_gets_one_exact_version_of_everything(name: str, python: str) -> None:
    standard = {"tomli"} if python != PYTHONS[0] else set()  # tomllib, from Python 3.11
    everything = {requirement.name for requirement in requirements(name)} - standard
    chosen = [r for r in requirements(name) if applies(r, python)]
    assert {str(r.specifier)[:2] for r in chosen} == {"=="}
    assert sorted(r.name for r in chosen) == sorted(everything)


@pytest.mark.parametrize(
    ("lock", "files", "python"),
    [
        *(("requirements-lock.txt", FILES, python) for python in PYTHONS),
        *(("requirements-federated-lock.txt", (FEDERATED,), python) for python in PYTHONS[1:]),
    ],
)
def test_the_lock_agrees_with_what_was_asked(lock: str, files: tuple[str], python: str) -> None:
    locked: Mapping[str, str] = {
        canonicalize_name(r.name): str(r.specifier)
        for r in requirements(lock)
        if applies(r, python)
    }
    differing = [
        str(r)
        for name in files
        for r in requirements(name)
        if applies(r, python)
        and r.name != "torch"
        and locked.get(canonicalize_name(r.name)) != str(r.specifier)
    ]
    assert differing == []


@pytest.mark.parametrize("python", PYTHONS[1:])
def test_devices_have_the_versions_of_the_app(python: str) -> None:
    app = {r.name: str(r) for r in requirements("requirements.txt") if applies(r, python)}
    devices = [r for r in requirements(FEDERATED) if r.name in app]
    assert {"torch", "numpy", "pydantic"} <= {r.name for r in devices}
    assert [str(r) for r in devices if str(r.specifier) not in app[r.name]] == []


OPTIONAL = {
    "compression/deploy/runtimes": {
        "ai_edge_litert", "executorch", "litert_torch", "openvino", "torchao",
    },
    "tests/benchmarks/quantization": {
        "aimet_onnx", "brevitas", "brevitas_examples", "nncf", "openvino",
    },
    "tests/benchmarks/pruning": {"torch_pruning"},
    "compression/devices": {"tomli"},
    "compression/lessons": {"tomli"},
    "compression/share": {"mlflow", "tomli"},
    "compression/federation": {"flwr"},
    "tests/federation": {"flwr"},
    "tests/techniques/federated": {"opacus"},
}  # fmt: skip
"""What may be missing, and where alone it is looked for."""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 can't tell a module's package")
def test_nothing_is_imported_that_is_not_pinned() -> None:
    pinned = {canonicalize_name(r.name) for r in requirements("requirements-lock.txt")} | {"torch"}
    homes = packages_distributions()
    unpinned = {
        f"{file.relative_to(ROOT)}: {top}"
        for folder in ("compression", "datasets", "pages", "tests")
        for file in (ROOT / folder).rglob("*.py")
        for top in imported_packages(file)
        - OPTIONAL.get(file.parent.relative_to(ROOT).as_posix(), set())
        if not {canonicalize_name(home) for home in homes.get(top, ["?"])} & pinned
    }
    assert unpinned == set()


def imported_packages(file: Path) -> set[str]:
    """The top names of the packages a file imports that are neither ours nor Python's own."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    ours = {"compression", "datasets", "pages", "tests", "app"}
    return names - ours - set(sys.stdlib_module_names)
