"""The points of a page as files: whoever reads one can measure its points again."""

from __future__ import annotations

import csv
import io
import json

from compression.point import Point
from pages.parts.shell.points_file import points_file
from tests.measured import a_measured

POINTS = [
    a_measured("quantize:bits=4", accuracy=0.9, size_bytes=1_200.0),
    a_measured(accuracy=0.92, size_bytes=9_600.0),
]


def test_json_gives_the_points_back() -> None:
    file = points_file(POINTS, "json")
    assert file is not None and file.name == "digits-mlp-points.json"
    rows = json.loads(file.text)
    assert [row.pop("key") for row in rows] == [point.key for point in POINTS]
    assert [Point.model_validate(row) for row in rows] == POINTS


def test_csv_has_a_row_for_each_point() -> None:
    file = points_file(POINTS, "csv")
    assert file is not None
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [row["size_bytes_value"] for row in rows] == ["1200.0", "9600.0"]


def test_a_kind_that_there_is_not_is_no_file() -> None:
    assert points_file(POINTS, "exe") is None
    assert points_file([], "csv") is None
