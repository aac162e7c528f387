"""The sentences and changes that pages say about a point."""

import pytest

from compression.point import Environment, Measurement, Point
from compression.recipe import Recipe
from pages.parts.shell import words


def point(step: str | None, note: str = "", **values: float) -> Point:
    units = {"accuracy": "fraction", "size_bytes": "bytes", "latency_ms": "ms", "speedup": "x"}
    return Point(
        recipe=Recipe.build("digits/mlp", [step] if step else []),
        measurements={
            name: Measurement(
                value=value,
                unit=units[name],
                how="measured",
                note=note if name == "speedup" else "",
            )
            for name, value in values.items()
        },
        environment=Environment(machine="test", cores=1, threads=1, python="3"),
    )


ORIGINAL = point(None, accuracy=0.92, size_bytes=310_000, latency_ms=0.04, speedup=1.0)
NOTE = "ONNX Runtime multiplies zeros too: they save bytes, not time."


def test_the_headline_names_size_accuracy_and_speed() -> None:
    small = point(
        "quantize:bits=2", accuracy=0.916, size_bytes=10_000, latency_ms=0.03, speedup=1.2
    )
    expected = "31x smaller, 0.4 points lower, 1.2x faster than the original."
    assert words.headline(small, ORIGINAL) == expected


def test_noise_is_neither_a_gain_nor_a_loss() -> None:
    same = point(
        "prune:sparsity=0", accuracy=0.92, size_bytes=310_000, latency_ms=0.04, speedup=1.02
    )
    assert (
        words.headline(same, ORIGINAL)
        == "1.0x smaller, no less accurate, no faster than the original."
    )


def test_the_original_speaks_of_itself() -> None:
    assert words.headline(ORIGINAL, ORIGINAL).startswith("This is the original")


def test_a_saving_that_is_none_is_explained() -> None:
    sparse = point(
        "prune:sparsity=0.8", NOTE, accuracy=0.9, size_bytes=73_000, latency_ms=0.04, speedup=0.99
    )
    assert words.caveat(sparse) == f"Not faster here: {NOTE}"


def test_a_slow_kernel_is_explained() -> None:
    slow = point(
        "quantize", "It runs in 8-bit kernels.", size_bytes=9, latency_ms=0.08, speedup=0.5
    )
    assert words.caveat(slow) == "Slower here: it runs in 8-bit kernels."


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("accuracy", 0.916, "−0.4 pt"),
        ("accuracy", 0.93, "+1.0 pt"),
        ("size_bytes", 10_000, "1/31"),
        ("size_bytes", 620_000, "2.0x"),
        ("size_bytes", 155_000, "1/2.0"),
        ("size_bytes", 309_000, "the same"),
    ],
)
def test_changes_are_short(metric: str, value: float, expected: str) -> None:
    assert words.change(metric, point("prune", **{metric: value}), ORIGINAL) == expected


def test_what_was_not_measured_has_no_change() -> None:
    assert words.change("energy_mj", point("prune"), ORIGINAL) == ""
