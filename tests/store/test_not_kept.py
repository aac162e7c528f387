"""A store that takes nothing costs no answer: what was measured is given, with a warning on stderr."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from compression import api, pipeline
from compression.errors import NotKept
from compression.recipe import Recipe
from compression.store import Store
from tests.measured import a_point

ROOT = Path(__file__).parents[2]


@pytest.fixture
def full(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store on a disk that is full."""

    def refuse(_points: object) -> int:
        raise NotKept("The store could not grow: free some space.")

    monkeypatch.setattr(store, "add_all", refuse)
    monkeypatch.setattr(Store, "open", lambda *_: store)
    return store


@pytest.mark.usefixtures("full")
def test_run_gives_what_it_measured_and_warns(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pipeline, "run", lambda _subject, recipe, _report: of(recipe))
    assert api.run("digits/mlp", ["quantize:bits=4"]).value("accuracy") == 1.5
    assert [record.message for record in caplog.records] == [
        "The store could not grow: free some space."
    ]


@pytest.mark.parametrize("takes", [0, 40_000], ids=["nothing", "one small file"])
def test_the_command_line_gives_its_answer_on_a_full_disk(tmp_path: Path, takes: int) -> None:
    limits = (takes, takes)
    result = subprocess.run(
        [sys.executable, "-m", "compression", "run", "digits/mlp", "--json"],
        cwd=ROOT, env={**os.environ, "COMPACT_HOME": str(tmp_path / "lab")}, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
    )  # fmt: skip
    assert result.returncode == 0
    assert json.loads(result.stdout)["measurements"]["accuracy"]["value"] > 0.9
    assert "disk is full: free some space" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_is_there_is_read_on_a_full_disk(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    store.add(a_point())
    store.close()
    script = (
        "import resource, sys; from compression.store import Store; from tests.measured import a_recipe\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "print(Store(f'sqlite:///{sys.argv[1]}').get(a_recipe().key) is not None)"
    )
    printed = subprocess.check_output([sys.executable, "-c", script, file], cwd=ROOT, text=True)
    assert printed == "True\n"


def of(recipe: Recipe) -> object:
    return a_point().model_copy(update={"recipe": recipe})
