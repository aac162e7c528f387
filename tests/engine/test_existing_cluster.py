"""A cluster that is named by COMPACT_SCHEDULER and can't measure for us is refused, in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from compression.engine import Engine
from compression.errors import EngineError
from compression.store import Store
from tests.engine.conftest import Lab
from tests.measured import a_recipe

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes some ten seconds altogether is over in one."""
    monkeypatch.setattr("compression.engine.connection.CONNECT_SECONDS", 0.3)
    monkeypatch.setattr("compression.engine.existing_cluster.WORKER_SECONDS", 0.3)


@pytest.fixture
def cluster(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Its address, which COMPACT_SCHEDULER names."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    process = subprocess.Popen(
        [sys.executable, str(HERE / "a_cluster.py"), request.param],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    monkeypatch.setenv("COMPACT_SCHEDULER", address)
    yield address
    process.kill()
    process.communicate()


def refusal(folder: Path, seconds: float = 30) -> str:
    """What an engine says that was asked for a point."""
    with Engine(Store(f"sqlite:///{folder / 'lab.db'}"), module="fake_tasks") as engine:
        with pytest.raises(EngineError) as error:
            engine.request(a_recipe(1)).result(seconds)
        return str(error.value)


@pytest.mark.parametrize(
    ("cluster", "says"),
    [
        ("empty", "has no workers: start one"),
        ("stranger", "No module named 'compression'"),
        ("other", "is of another version of this project (1-"),
    ],
    indirect=["cluster"],
)
def test_a_cluster_that_cant_measure_for_us_is_refused(
    cluster: str, says: str, tmp_path: Path
) -> None:
    said = refusal(tmp_path)
    assert says in said
    assert said.count(". ") == 0


def test_a_cluster_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPACT_SCHEDULER", "tcp://127.0.0.1:1")
    assert "No cluster answers at tcp://127.0.0.1:1" in refusal(tmp_path)


def test_a_worker_refuses_whoever_measures_otherwise(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lab.engine.request(a_recipe(1)).result(60)
    monkeypatch.setattr("compression.engine.connection.fingerprint", lambda: "1-another")
    with pytest.raises(EngineError, match="another version of this project"):
        lab.engine.request(a_recipe(2)).result(60)
    with pytest.raises(EngineError, match="another version of this project"):
        lab.engine.ask("anything", {"model": "digits/mlp"}).result(60)


@pytest.mark.parametrize("missing", ["COMPACT_TLS_CA", "COMPACT_TLS_CERT", "COMPACT_TLS_KEY"])
@pytest.mark.parametrize("path", ["", "/nowhere/file.pem"])
def test_a_missing_tls_file_is_named(
    missing: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPACT_SCHEDULER", "tls://127.0.0.1:8786")
    for variable in ("COMPACT_TLS_CA", "COMPACT_TLS_CERT", "COMPACT_TLS_KEY"):
        monkeypatch.setenv(variable, path if variable == missing else __file__)
    said = refusal(tmp_path)
    assert said.startswith(missing)
    assert path in said


def test_tls_files_that_are_none_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_SCHEDULER", "tls://127.0.0.1:8786")
    for variable in ("COMPACT_TLS_CA", "COMPACT_TLS_CERT", "COMPACT_TLS_KEY"):
        monkeypatch.setenv(variable, __file__)
    assert f"COMPACT_TLS_CA={__file__}" in refusal(tmp_path)
