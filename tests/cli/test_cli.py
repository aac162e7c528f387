"""The command line as a program sees it: JSON on stdout, one sentence on stderr, exit codes 0, 1, 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from compression.__main__ import main

ROOT = Path(__file__).parents[2]
REQUIRED = [
    "accuracy",
    "parameters",
    "macs",
    "size_bytes",
    "size_dense_bytes",
    "size_zstd_bytes",
    "size_onnx_bytes",
    "latency_ms",
    "latency_p90_ms",
    "speedup",
    "memory_bytes",
    "energy_mj",
]
TWICE = ("--max", "size_bytes=10", "--max", "size_bytes=20")
SWEEP = ["sweep", "digits/mlp", "--step", "quantize:bits=2..8"]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def cli(home: Path):
    def call(*args: str, **env: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "compression", *args],
            cwd=ROOT, env={**os.environ, "COMPACT_HOME": str(home), **env},
            capture_output=True, text=True, timeout=240,
        )  # fmt: skip

    return call


def document(result: subprocess.CompletedProcess) -> object:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize("table", ["models", "datasets", "techniques", "doctor"])
def test_tables_are_one_json_document(cli, table: str) -> None:
    assert len(document(cli(table, "--json"))) >= 2
    assert cli(table).returncode == 0


def test_run_gives_every_measurement_with_its_unit_and_origin(cli, tmp_path: Path) -> None:
    asked = ("digits/mlp", "--step", "prune:sparsity=0.5", "--step", "quantize:bits=4")
    found = document(cli("run", *asked, "--json"))
    assert set(found) >= {"key", "recipe", "environment", "measurements"}
    for name in REQUIRED:
        assert set(found["measurements"][name]) >= {"value", "unit", "how", "low", "high", "n"}
        assert found["measurements"][name]["value"] is not None

    file = tmp_path / "model.packed"
    exported = document(cli("export", *asked, "--format", "packed", "-o", str(file), "--json"))
    assert exported["bytes"] == file.stat().st_size == found["measurements"]["size_bytes"]["value"]

    verified = document(cli("verify", str(file), "--json"))
    for name in ("accuracy", "size_bytes", "parameters", "macs"):
        assert verified["measurements"][name]["value"] == found["measurements"][name]["value"]
    assert verified["key"] == found["key"]


def test_sweep_then_front(cli) -> None:
    points = document(cli("sweep", "digits/mlp", "--step", "quantize:bits=2..8", "--json"))
    assert [p["recipe"]["steps"][0]["bits"] for p in points] == [2, 3, 4, 5, 6, 7, 8]
    best = document(
        cli("front", "digits/mlp", "--x", "size_bytes", "--min", "accuracy=0.9", "--json")
    )
    sizes = [p["measurements"]["size_bytes"]["value"] for p in best]
    assert best and sizes == sorted(sizes)
    assert all(p["measurements"]["accuracy"]["value"] >= 0.9 for p in best)


def test_a_random_sweep_measures_as_many_as_it_is_told(cli) -> None:
    asked = ("sweep", "digits/mlp", "--step", "quantize:bits=2..8", "--sampler", "random")
    points = document(cli(*asked, "--points", "3", "--json"))
    assert [p["recipe"]["steps"][0]["bits"] for p in points] == [7, 6, 4]


def test_an_exported_onnx_file_is_valid(cli, tmp_path: Path) -> None:
    import onnx

    file = tmp_path / "model.onnx"
    asked = ("digits/cnn", "--step", "quantize:bits=8", "--format", "onnx", "-o", str(file))
    written = document(cli("export", *asked, "--json"))
    onnx.checker.check_model(onnx.load(file))
    assert "computes in 32-bit floats" in written["note"]


def test_the_table_of_techniques_says_which_values_there_are_and_when_they_count(cli) -> None:
    quantize = next(t for t in document(cli("techniques", "--json")) if t["id"] == "quantize")
    knobs = {knob["name"]: knob for knob in quantize["knobs"]}
    assert 1.58 in knobs["bits"]["values"]
    assert knobs["exponent"]["when"] == {"format": ["float"]}
    assert "format=float" in cli("techniques", COLUMNS="200").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run", "digits/mpl"], 2, "did you mean digits/mlp"),
        (["run", "digits/mlp", "--step", "prunes:sparsity=0.1"], 2, "did you mean prune"),
        (["run", "digits/mlp", "--step", "prune:sparsity=nan"], 2, "from 0 to 0.98"),
        (["run", "digits/mlp", "--step", "quantize:bits=99"], 2, "one of 1, 1.58, 2"),
        (
            ["run", "digits/mlp", "--step", "quantize:exponent=5"],
            2,
            "only counts with format=float",
        ),
        (["run", "digits/mlp", "--step", "quantize:layers=fc=9"], 2, "must look like conv1=8;fc=4"),
        (["run", "digits/mlp", "--step", "quantize:bits"], 2, "malformed"),
        (["run", "digits/mlp", "--seed", "-1"], 2, "seed"),
        (["sweep", "digits/mlp", "--step", "quantize:bits=8..2"], 2, "bits"),
        ([*SWEEP, "--sampler", "randm"], 2, "did you mean random"),
        ([*SWEEP, "--sampler", "random"], 2, "as in --points 50"),
        ([*SWEEP, "--sampler", "random", "--points", "0"], 2, "at least 1"),
        ([*SWEEP, "--points", "0"], 2, "a grid without a number takes every step"),
        ([*SWEEP, "--points", "-3"], 2, "at least 1"),
        ([*SWEEP, "--sampler", "random", "--points", "8"], 2, "there are only 7"),
        (["front", "digits/mlp", "--x", "size_byte"], 2, "did you mean size_bytes"),
        (["front", "digits/mlp", "--max", "latency_ms=fast"], 2, "needs a number"),
        (["front", "digits/mlp", "--max", "latency_ms=nan"], 2, "needs a number"),
        (["front", "digits/mlp", "--max", "latency_ms=inf"], 2, "needs a number"),
        (["front", "digits/mlp", "--min", "accuracy=-inf"], 2, "needs a number"),
        (["front", "digits/mlp", *TWICE], 2, "size_bytes has a bound already, so give it once"),
        (["front", "digits/mlp", "--max", "accuracy=1"], 2, "bound one of"),
        (["front", "digits/mpl"], 2, "did you mean digits/mlp"),
        (["export", "digits/mlp", "--format", "zip", "-o", "x"], 2, "no format"),
        (["export", "digits/mlp", "-o", "/nowhere/at/all"], 2, "doesn't exist"),
        (["verify", "/nowhere.packed"], 2, "no file"),
        (["verify", __file__], 1, "not a packed model"),
        (["train", "digits/mpl"], 2, "did you mean digits/mlp"),
        (["fly"], 2, "No such command"),
    ],
)
def test_bad_input_gives_one_sentence_and_no_traceback(
    monkeypatch, capsys, arguments, code, says
) -> None:
    """In this process, for speed: what escapes `main` but SystemExit would be a traceback."""
    monkeypatch.setattr(sys, "argv", ["compression", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == code, told.err
    assert says in " ".join(told.err.replace("│", " ").split())
    assert told.out == ""


def test_a_refusal_is_one_line_for_the_shell_as_well(cli) -> None:
    result = cli("run", "digits/mpl")
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""


def test_a_damaged_store_is_named_and_kept(cli, tmp_path: Path) -> None:
    home = tmp_path / "damaged"
    document(cli("run", "digits/mlp", "--json", COMPACT_HOME=str(home)))
    (database,) = home.glob("*.db")
    database.write_bytes(b"this is no database" * 1000)
    result = cli("run", "digits/mlp", "--step", "quantize:bits=5", COMPACT_HOME=str(home))
    assert result.returncode == 1
    assert str(database) in result.stderr.replace("\n", "")
    assert "Traceback" not in result.stderr
    assert database.read_bytes().startswith(b"this is no database")
