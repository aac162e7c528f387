"""A model's quality is what its data set's card names, whichever way is better; fronts follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compression.errors import UsageError
from compression.models.catalogue import MODELS
from compression.point import METRICS, headline_of, quality_of
from compression.point.pareto import DOMINATED, ON_FRONT, POSSIBLE, front, standings
from datasets import DATASETS
from tests.measured import BITS, a_measured


@pytest.fixture
def bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digits, as if their models were judged by a loss."""
    monkeypatch.setitem(METRICS, BITS.field, BITS)
    monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], metric=BITS.field))


@pytest.mark.parametrize("model", MODELS)
def test_every_card_names_a_quality(model: str) -> None:
    assert quality_of(model).is_quality
    assert [metric.field for metric in headline_of(model)] == [
        "accuracy", "size_bytes", "latency_ms", "energy_mj", "memory_bytes",
    ]  # fmt: skip


def test_an_unknown_model_has_none() -> None:
    with pytest.raises(UsageError, match="did you mean digits/mlp"):
        quality_of("digits/mpl")


def test_another_quality_stands_first_in_place_of_accuracy(bits: None) -> None:
    shown = headline_of("digits/mlp")
    assert shown[0] is BITS and METRICS["accuracy"] not in shown
    assert quality_of("watch/gru") is METRICS["accuracy"]


def test_a_points_quality_is_the_figure_of_its_card(bits: None) -> None:
    point = a_measured("prune", bits_per_byte=1.5, accuracy=0.9)
    assert point.quality == 1.5
    assert a_measured("prune", accuracy=0.9).quality is None


def test_the_front_of_a_loss_is_at_its_lower_side(bits: None) -> None:
    points = [
        a_measured("quantize:bits=8", bits_per_byte=1.40, size_bytes=80),
        a_measured("quantize:bits=5", bits_per_byte=1.60, size_bytes=50),
        a_measured("quantize:bits=4", bits_per_byte=1.45, size_bytes=40),
        a_measured("quantize:bits=2", bits_per_byte=2.90, size_bytes=20),
    ]
    assert [p.value("size_bytes") for p in front(points, "size_bytes")] == [20, 40, 80]
    kept = front(points, "size_bytes", limits={"bits_per_byte": 1.5})
    assert [p.value("size_bytes") for p in kept] == [40, 80]


def test_a_loss_may_be_lower_than_measured(bits: None) -> None:
    points = [
        a_measured("quantize:bits=4", bits_per_byte=1.45, size_bytes=40),
        a_measured("quantize:bits=5", bits_per_byte=1.46, size_bytes=50, spread=0.02),
        a_measured("quantize:bits=6", bits_per_byte=1.60, size_bytes=60, spread=0.02),
    ]
    assert standings(points, "size_bytes") == [ON_FRONT, POSSIBLE, DOMINATED]
