"""The table of metrics: what it says of where each is shown, and that this is all there is to say."""

from __future__ import annotations

import pytest

from compression.point import METRICS, Metric, axis_costs, headline_costs
from compression.point.metrics import FORMATS

TOY = Metric("toy_s", "Toy time", "s", "lower", "s", "Made up.", headline=5, axis="linear")


def fields(metrics: tuple[Metric, ...]) -> list[str]:
    return [metric.field for metric in metrics]


def test_cards_tables_and_limits_show_four_costs_in_their_order() -> None:
    assert fields(headline_costs()) == ["size_bytes", "latency_ms", "energy_mj", "memory_bytes"]


def test_axes_offer_the_costs_of_the_cards_first() -> None:
    offered = fields(axis_costs())
    assert offered[:4] == fields(headline_costs())
    assert set(offered[4:]) == {
        "macs", "parameters", "size_zstd_bytes", "size_onnx_bytes", "latency_p90_ms",
        "throughput_per_s", "device_bytes", "device_memory_bytes", "link_bytes",
        "macs_average", "bytes_sent", "epsilon", "make_s", "carbon_g", "cost_per_million",
        "flips", "worst_class_drop", "adversarial_accuracy", "ece", "cka",
    }  # fmt: skip


def test_what_depends_on_the_machines_speed_is_known_with_its_power() -> None:
    powers = {name: m.power_of_time for name, m in METRICS.items() if m.power_of_time}
    assert powers == {
        "latency_ms": 1, "latency_p90_ms": 1, "energy_mj": 1, "throughput_per_s": -1, "carbon_g": 1,
        "cost_per_million": 1,
    }  # fmt: skip


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.field)
def test_a_row_is_written_by_a_format_or_with_its_unit(metric: Metric) -> None:
    assert METRICS[metric.field] is metric
    assert metric.style in FORMATS or metric.style == metric.unit
    assert metric.label and metric.help.endswith(".")


@pytest.mark.parametrize(
    ("name", "value", "text", "head", "column"),
    [
        ("accuracy", 0.925, "92.5 %", "Accuracy (%)", 92.5),
        ("size_bytes", 9_840, "9.84 kB", "Size (kB)", 9.84),
        ("latency_ms", 0.0314, "0.0314 ms", "Latency (ms)", 0.0314),
        ("parameters", 2_410, "2.41 k", "Parameters", 2_410),
        ("speedup", 1.2, "1.20x", "Speed-up (x)", 1.2),
    ],
)
def test_a_value_is_written_alone_and_under_a_head(
    name: str, value: float, text: str, head: str, column: float
) -> None:
    metric = METRICS[name]
    assert (metric.text(value), metric.head) == (text, head)
    assert value * metric.factor == pytest.approx(column)


def test_a_cost_is_better_where_it_is_lower() -> None:
    assert METRICS["accuracy"].cost(0.9) < METRICS["accuracy"].cost(0.8)
    assert METRICS["size_bytes"].cost(10) < METRICS["size_bytes"].cost(20)


def test_a_new_row_is_in_every_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METRICS, "toy_s", TOY)
    assert headline_costs()[-1] is TOY
    assert TOY in axis_costs()
    assert (TOY.text(0.25), TOY.head) == ("0.25 s", "Toy time (s)")
