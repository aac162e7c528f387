"""What the tables of points show: the quality that the data set's card names, then the costs of the cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from compression.cli import console
from compression.errors import UsageError
from compression.point import METRICS, Metric
from datasets import DATASETS
from tests.measured import BITS, a_measured

MODEL = "digits/mlp"
COSTS = {"size_bytes": 9_840.0, "latency_ms": 0.02, "energy_mj": 0.1, "memory_bytes": 12_000.0}


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_out", Console(width=200))


def heads(printed: str) -> list[str]:
    (line,) = [line for line in printed.splitlines() if "recipe" in line or "metric" in line]
    return [head.strip() for head in line.replace("┃", "|").split("|") if head.strip()]


def test_a_list_of_points_has_accuracy_and_four_costs(capsys: Any) -> None:
    console.show_points(MODEL, [a_measured("prune", accuracy=0.91, **COSTS)], False)
    printed = capsys.readouterr().out
    assert heads(printed) == [
        "recipe", "seed", "Accuracy", "Size", "Latency", "Energy", "Memory", "origin",
    ]  # fmt: skip
    assert "91.0 %" in printed and "9.84 kB" in printed


def test_no_points_have_the_same_heads(capsys: Any) -> None:
    console.show_points(MODEL, [], False)
    assert heads(capsys.readouterr().out)[2:4] == ["Accuracy", "Size"]


def test_another_quality_and_a_new_metric_have_their_columns(monkeypatch, capsys: Any) -> None:
    toy = Metric("toy", "Toy", "s", "lower", "s", "Made up.", headline=5)
    for metric in (BITS, toy):
        monkeypatch.setitem(METRICS, metric.field, metric)
    monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], metric=BITS.field))
    points = [a_measured("prune", bits_per_byte=1.5, toy=0.25, **COSTS)] * 2
    console.show_points(MODEL, points, False)
    printed = capsys.readouterr().out
    assert heads(printed)[2] == "Bits per byte" and heads(printed)[-2] == "Toy"
    assert "1.50 bits/byte" in printed and "0.25 s" in printed
    console.show_seeds(points, False)
    printed = capsys.readouterr().out
    assert "Bits per byte" in printed and "Toy" in printed and "Accuracy" not in printed
    assert console.parse_limits(["bits_per_byte=1.5"], []) == {"bits_per_byte": 1.5}
    with pytest.raises(UsageError, match="--min"):
        console.parse_limits([], ["bits_per_byte=1.5"])
