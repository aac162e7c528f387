"""The download of the points: every figure of METRICS, as it was measured."""

from __future__ import annotations

import csv
import io
import shlex

from compression.point import METRICS, Measurement
from compression.recipe import Recipe
from pages.parts.panels.points_table import as_csv
from tests.measured import a_measured, a_point


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_figure_has_its_columns() -> None:
    point = a_point().as_bundled()
    (row,) = rows(as_csv([point]))
    assert list(row)[:6] == ["key", "model", "steps", "seed", "recipe", "origin"]
    parts = ("value", "low", "high", "n", "how", "unit")
    assert list(row)[6 : 6 + 6 * len(METRICS)] == [f"{m}_{part}" for m in METRICS for part in parts]
    assert [row["key"], row["recipe"]] == [point.key, point.recipe.describe()]
    assert row["origin"] == row["accuracy_how"] == "bundled"


def test_numbers_keep_every_digit_and_gaps_stay_empty() -> None:
    exact = Measurement(value=0.1 + 0.2, unit="fraction", how="measured", n=10_000)
    full = a_point().model_copy(update={"measurements": {"accuracy": exact}})
    first, second = rows(as_csv([full, a_measured("prune", size_bytes=9_840.0)]))
    assert first["accuracy_value"] == "0.30000000000000004"
    assert first["accuracy_n"] == "10000"  # a column with gaps, whose counts stay whole numbers
    assert first["accuracy_low"] == second["accuracy_value"] == second["accuracy_n"] == ""
    assert second["size_bytes_value"] == "9840.0"


def test_each_row_can_be_measured_again() -> None:
    asked = Recipe.build("digits/cnn", ["prune:layers=conv1=0.5;fc=0.2", "quantize:bits=3"], seed=7)
    (row,) = rows(as_csv([a_point().model_copy(update={"recipe": asked})]))
    again = Recipe.build(row["model"], shlex.split(row["steps"]), int(row["seed"]))
    assert again == asked and row["key"] == again.key


def test_lines_end_as_rfc_4180_says() -> None:
    assert as_csv([a_point()]).count("\r\n") == 2
