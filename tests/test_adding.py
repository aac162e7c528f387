"""A technique, a metric and a panel are added by the documented lines alone: `tests/toy` holds them.

Seen in the command line, on a page and in the contract tests, each in a process of its own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LINES = Path(__file__).with_name("toy") / "tables.py"


def toy_cli(*arguments: str) -> Any:
    command = [sys.executable, "-m", "tests.toy", *arguments, "--json"]
    return json.loads(subprocess.check_output(command, cwd=ROOT, text=True))


def toy_tests(*arguments: str) -> int:
    """How many tests pass with the toy's lines in the tables; none may fail."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.toy.plugin",
        "-p",
        "no:cacheprovider",
    ]
    run = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    passed = re.search(r"(\d+) passed", run.stdout)
    return int(passed[1]) if passed else 0


def test_the_command_line_has_the_technique_and_measures_the_metric() -> None:
    techniques = {row["id"]: row for row in toy_cli("techniques")}
    assert [knob["name"] for knob in techniques["coarsen"]["knobs"]] == ["places"]
    point = toy_cli("run", "digits/mlp", "--step", "coarsen:places=3")
    assert 1 < point["measurements"]["distinct_values"]["value"] < 100
    assert point["measurements"]["size_bytes"]["value"] < 9_000


@pytest.mark.slow
def test_the_page_shows_the_technique_the_metric_and_the_panel() -> None:
    assert toy_tests("tests/toy/page_of_toy.py") == 3


@pytest.mark.slow
def test_the_contract_tests_run_over_what_was_added() -> None:
    """All but one: points for its pages are bundled when its author measures them."""
    chosen = "(coarsen and not fashion and not watch and not empty) or distinct_values or Distinct"
    assert toy_tests("tests/contracts", "-k", chosen) > 40


def test_each_table_has_one_line_more() -> None:
    lines = LINES.read_text("utf-8")
    for table in ("TECHNIQUES", "METRICS", "FACES", "ANSWERS"):
        assert len(re.findall(rf"^    {table}\[.*\] = ", lines, re.MULTILINE)) == 1
