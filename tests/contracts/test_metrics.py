"""What every row of METRICS promises: it can be read, compared, and is measured by the pipeline."""

from __future__ import annotations

import math
import re

import pytest

from compression import insight, run
from compression.point import METRICS, Measurement, Point
from compression.point.metrics import guards
from compression.point.pareto import front
from compression.store import Store

metrics = pytest.mark.parametrize("metric", METRICS)

STEPS = [
    [],
    ["quantize:bits=8,activations=2,method=nearest", "slice"],
    ["slice:exits=on"],
    ["federate:clients=2,rounds=1,dp=1"],
]
"""Between them these have every measurement; the second can't be computed exactly in ONNX Runtime, and is sliced; the
third has early exits, the last was learned by clients, with noise."""
NOT_MEASURED_BY_ALL = {metric.field for metric in guards()} | {
    "accuracy_deployed", "bytes_sent", "device_bytes", "device_memory_bytes", "epsilon", "link_bytes",
    "macs_average", "make_s", "travel_share",
}  # fmt: skip
ON_DEVICES = {"carbon_g", "cost_per_million"}
"""What only a device has, see `compression/devices/on_device.py`."""
NOT_BUNDLED = 99
"""A seed that no bundled point has: it has these points measured."""
PREFIXES = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}


@pytest.fixture(scope="module")
def points() -> list[Point]:
    """Measured, the second with what is found out of it later."""
    measured = [run("digits/mlp", steps, seed=NOT_BUNDLED) for steps in STEPS]
    asked = {"model": "digits/mlp", "recipe": measured[1].recipe.model_dump(mode="json")}
    for question in ("guards", "robustness"):
        store = Store.open()
        store.beside.keep(question, asked, insight.answer(question, asked))
    known = {point.key: point for point in store.known("digits/mlp")}
    return [known[point.key] for point in measured]


@metrics
def test_it_has_a_name_a_unit_and_a_sentence_of_help(metric: str) -> None:
    row = METRICS[metric]
    assert row.field == metric and metric.isidentifier()
    assert row.label[0].isupper() and row.unit
    assert row.help[0].isupper() and row.help.endswith(".")
    assert [other.label for other in METRICS.values()].count(row.label) == 1


@metrics
@pytest.mark.parametrize("value", [0.0314, 0.925, 1.0, 12.34, 999.4, 235_914.0, 7.5e7, 2.5e9])
def test_what_is_written_is_the_value_to_three_digits(metric: str, value: float) -> None:
    assert read(METRICS[metric].text(value)) == pytest.approx(value, rel=0.006, abs=6e-4)


def read(text: str) -> float:
    """The value that a text like ``92.5 %`` or ``9.84 kB`` tells."""
    number, percent, prefix = re.fullmatch(r"([\d.]+) ?(?:(%)|([kMG]?)\D*)", text).groups()
    return float(number) * (0.01 if percent else PREFIXES[prefix])


@metrics
def test_what_was_not_measured_is_not_written_as_a_number(metric: str) -> None:
    assert METRICS[metric].text(None) == "not measured"


@metrics
def test_the_better_of_two_values_is_the_one_on_the_front(metric: str, points: list[Point]) -> None:
    row = METRICS[metric]
    # Without the speed-up, which on a busy machine is too uncertain for a front.
    others = {name: m for name, m in points[1].measurements.items() if name != "speedup"}
    point = points[1].model_copy(update={"measurements": others})
    low, high = (with_value(point, metric, value) for value in (1.0, 2.0))
    better = {"lower": low, "higher": high}[row.better]
    other = "size_bytes" if metric == "accuracy" else "accuracy"
    assert front([low, high], x=metric, y=other) == [better]


def with_value(point: Point, metric: str, value: float) -> Point:
    measured = Measurement(value=value, unit=METRICS[metric].unit, how="measured")
    return point.model_copy(update={"measurements": {**point.measurements, metric: measured}})


@pytest.mark.parametrize("metric", [name for name in METRICS if name not in ON_DEVICES])
def test_the_pipeline_measures_it_in_its_unit(metric: str, points: list[Point]) -> None:
    measured = [point.measurements.get(metric) for point in points]
    assert any(measured[1:])
    assert metric in NOT_MEASURED_BY_ALL or None not in measured
    for each in filter(None, measured):
        assert each.unit == METRICS[metric].unit
        assert each.how in ("measured", "modelled")
        assert each.value is not None and math.isfinite(each.value) and each.value > 0
        assert (each.low or each.value) <= each.value <= (each.high or each.value)
