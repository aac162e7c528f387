"""The tables of the pages: what matters first, units in the heads, a dash where nothing was measured."""

from __future__ import annotations

from compression.point import Measurement, Point
from pages.parts.panels.points_table import best_first
from pages.parts.shell.words import MISSING
from tests.measured import a_measured
from tests.opened import alone

MODEL = "digits/cnn"
DATA, OPENED = "digits", {"data": "digits", "model": MODEL}


def a_point(bits: int, quality: float | None, size: float) -> Point:
    point = a_measured(f"quantize:bits={bits}", size_bytes=size)
    accuracy = Measurement(value=quality, unit="fraction", how="measured")
    return point.model_copy(update={"measurements": {**point.measurements, "accuracy": accuracy}})


def test_the_best_come_first_and_of_equals_the_smaller() -> None:
    points = [
        a_point(2, None, 1.0),
        a_point(3, 0.8, 3.0),
        a_point(4, 0.9, 5.0),
        a_point(5, 0.9, 4.0),
    ]
    assert [p.recipe.steps[0].model_dump()["bits"] for p in best_first(points)] == [5, 4, 3, 2]


def test_points_are_numbers_with_as_many_digits_as_their_intervals_leave() -> None:
    test = alone("quantization", details="Points", **OPENED)
    (table,) = test.dataframe
    frame = table.value
    assert table.proto.placeholder == MISSING
    assert frame["Accuracy (%)"].dtype.kind == "f"
    assert (frame["Accuracy (%)"] == frame["Accuracy (%)"].round(1)).all()
    assert frame["Accuracy (%)"].is_monotonic_decreasing
    assert all(
        len(f"{value:g}".replace(".", "").strip("0")) <= 3 for value in frame["Latency (ms)"]
    )


def test_layers_stand_by_what_they_take_of_the_file() -> None:
    test = alone("quantization", details="Layers", **OPENED)
    frame = test.dataframe[0].value
    assert frame["Bytes"].is_monotonic_decreasing
    assert frame["Bytes"].dtype.kind == "i"


def test_the_method_says_each_figure_with_its_unit_and_never_none() -> None:
    test = alone("quantization", details="Method", **OPENED)
    frame = test.table[0].value
    cells = [str(cell) for cell in frame.to_numpy().ravel()]
    assert not {"None", "nan", ""} & set(cells)
    assert MISSING in cells and any(cell.endswith(" ms") for cell in frame["Value"])
