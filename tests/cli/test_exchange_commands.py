"""``points``, ``import`` and ``runs``: what they write, take in and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compression.__main__ import app
from compression.errors import UsageError
from compression.exchange.incoming import read_file
from compression.exchange.outgoing import as_csv
from compression.store import Store, bundled
from tests.measured import a_measured

MODEL = "digits/mlp"


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.stdout


@pytest.mark.parametrize("format", ["csv", "json", "parquet"])
def test_points_are_written_and_can_be_read(tmp_path: Path, format: str) -> None:
    file = tmp_path / f"points.{format}"
    told = json.loads(run("points", MODEL, "-o", str(file), "--json"))
    keys = {point.key for point in read_file(file).points}
    assert told["points"] == len(keys) >= len(bundled.points(MODEL))


def test_an_import_is_kept_and_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "theirs.csv"
    theirs = a_measured("quantize:bits=7,group=16", accuracy=0.5, size_bytes=9.0)
    file.write_text(as_csv([theirs]), newline="")
    told = json.loads(run("import", str(file), "--source", "lab B", "--json"))
    assert (told["imported"], told["refused"]) == (1, 0)
    assert any(p.key == theirs.key and p.source == "lab B" for p in Store.open().known(MODEL))
    assert json.loads(run("import", "lab B", "--forget", "--json")) == {"forgotten": 1}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("points", MODEL, "-o", "points.xls"), "There is no format 'xls'"),
        (("points", MODEL, "-o", "/nowhere/points.csv"), "doesn't exist"),
        (("import", "/nowhere.csv"), "can't be read"),
        (("import", "nobody", "--forget"), "No points are kept of 'nobody'"),
    ],
)
def test_what_can_t_be_is_one_sentence(asked: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run(*asked)


def test_runs_are_a_list() -> None:
    assert isinstance(json.loads(run("runs", "--json")), list)
