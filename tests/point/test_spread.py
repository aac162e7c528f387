"""Several seeds: how they are written, and how far their points lie apart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from compression.errors import UsageError
from compression.point import Measurement, Point
from compression.point.spread import parse_seeds, spread
from compression.recipe.sweep import Sweep
from tests.measured import a_point

VALUES = (0.8, 0.9, 0.85)


def a_point_of(seed: int, accuracy: float) -> Point:
    measured = Measurement(value=accuracy, unit="fraction", how="measured", n=10_000)
    return a_point(seed).model_copy(update={"measurements": {"accuracy": measured}})


@pytest.mark.parametrize(
    ("text", "seeds"), [("3", (3,)), ("0..2", (0, 1, 2)), ("0|5|5", (0, 5)), ("4..4", (4,))]
)
def test_seeds_are_one_a_range_or_a_list(text: str, seeds: tuple[int, ...]) -> None:
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "a", "-1", "2..0", "0..", "1|", "0..1000", "1.5", str(2**31)])
def test_other_texts_are_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="--seed"):
        parse_seeds(text)


def test_the_spread_is_numpys() -> None:
    points = [a_point_of(seed, value) for seed, value in enumerate(VALUES)]
    found = spread(points, "accuracy")
    assert found is not None
    assert (found.n, found.low, found.high) == (3, 0.8, 0.9)
    assert found.mean == pytest.approx(np.mean(VALUES))
    assert found.sd == pytest.approx(np.std(VALUES, ddof=1))
    assert spread(points, "latency_ms") is None
    alone = spread(points[:1], "accuracy")
    assert alone is not None
    assert alone.sd is None


def test_a_sweep_measures_each_recipe_with_each_seed() -> None:
    sweep = Sweep.parse("digits/cnn", ["prune:sparsity=0.5|0.9"], seeds=(0, 1, 2))
    asked = sweep.recipes()
    assert len(sweep) == len(asked) == len({recipe.key for recipe in asked}) == 6
    assert [recipe.seed for recipe in asked] == [0, 1, 2, 0, 1, 2]


def test_seeds_count_in_a_sweeps_key_and_one_alone_is_the_old_sweep() -> None:
    steps = ["prune:sparsity=0.5|0.9"]
    old, one, several = (
        Sweep.parse("digits/cnn", steps, seed=1, seeds=seeds).key for seeds in ((), (1,), (1, 2))
    )
    assert old == one != several


def test_the_command_line_tells_mean_and_spread(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    asked = ["run", "digits/mlp", "--step", "distill:student=mlp-w4,epochs=0.5", "--seed", "0..2"]
    printed = subprocess.check_output([sys.executable, "-m", "compression", *asked, "--json"])
    found = json.loads(printed)
    each = [p["measurements"]["accuracy"]["value"] for p in found["points"]]
    assert [p["recipe"]["seed"] for p in found["points"]] == [0, 1, 2]
    assert found["spread"]["accuracy"]["mean"] == pytest.approx(np.mean(each))
    assert found["spread"]["accuracy"]["n"] == 3
