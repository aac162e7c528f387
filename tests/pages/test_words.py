"""The sentences and changes that pages say about a point."""

import pytest

from compression.measure.accuracy import accuracy_measurement
from compression.point import Environment, Measurement, Point
from compression.recipe import Recipe
from pages.parts.shell import words

N = 10_000
UNITS = {
    "accuracy": "fraction",
    "size_bytes": "bytes",
    "latency_ms": "ms",
    "speedup": "x",
    "energy_mj": "mJ",
    "device_bytes": "bytes",
    "bytes_sent": "bytes",
}


def point(
    step: str | None, note: str = "", *, wide: float = 1.02, n: int = N, **values: float
) -> Point:
    """Accuracies of n examples, and a speed-up whose high is ``wide`` times its low."""
    made = {
        name: Measurement(value=value, unit=UNITS[name], how="measured")
        for name, value in values.items()
    }
    if "accuracy" in values:
        made["accuracy"] = accuracy_measurement(round(values["accuracy"] * n), n)
    if "speedup" in values:
        ends = {"low": values["speedup"] / wide**0.5, "high": values["speedup"] * wide**0.5}
        made["speedup"] = made["speedup"].model_copy(update={"note": note, **ends})
    return Point(
        recipe=Recipe.build("digits/mlp", [step] if step else []),
        measurements=made,
        environment=Environment(machine="test", cores=1, threads=1, python="3"),
    )


ORIGINAL = point(
    None, accuracy=0.92, size_bytes=310_000, latency_ms=0.04, speedup=1.0, energy_mj=0.2
)
NOTE = "ONNX Runtime multiplies zeros too: they save bytes, not time."


def test_the_headline_names_size_accuracy_and_speed() -> None:
    small = point(
        "quantize:bits=2", accuracy=0.896, size_bytes=10_000, latency_ms=0.03, speedup=1.2
    )
    expected = "31x smaller, 2.4 points lower, 1.2x faster than the original."
    assert words.headline(small, ORIGINAL) == expected


def test_of_a_sliced_model_it_is_the_largest_device_that_counts() -> None:
    cut = point(
        "slice",
        accuracy=0.92,
        size_bytes=311_000,
        device_bytes=155_000,
        latency_ms=0.4,
        speedup=0.1,
    )
    assert words.headline(cut, ORIGINAL).startswith(
        "2.0x smaller on the largest device, 10x slower than the original; no difference"
    )


def test_what_clients_sent_is_told() -> None:
    learned = point("federate", accuracy=0.9, size_bytes=310_000, bytes_sent=1_930_000)
    assert words.headline(learned, ORIGINAL) == (
        "2.0 points lower than the original; the same size. 1.93 MB were sent to learn it."
    )


def test_noise_is_neither_a_gain_nor_a_loss() -> None:
    same = point("prune", accuracy=0.923, size_bytes=305_000, latency_ms=0.04, speedup=1.02)
    assert words.headline(same, ORIGINAL) == (
        "2 % smaller than the original; no difference in accuracy that 10,000 examples can show, about as fast."
    )


def test_what_is_the_same_in_all_is_said_to_be() -> None:
    same = point("prune", accuracy=0.92, size_bytes=310_000, speedup=1.0)
    assert words.headline(same, ORIGINAL).startswith(
        "Against the original: the same size, no difference"
    )


def test_the_same_gap_is_a_difference_with_many_examples_and_none_with_few() -> None:
    def said(n: int) -> str:
        before, after = point(None, n=n, accuracy=0.92), point("prune", n=n, accuracy=0.9)
        return words.headline(after, before)

    assert said(10_000) == "2.0 points lower than the original."
    assert (
        said(500) == "Against the original: no difference in accuracy that 500 examples can show."
    )


@pytest.mark.parametrize(
    ("value", "wide", "said"),
    [
        (1.01, 1.6, "Why."), (2.0, 1.03, "Why."), (2.0, 1.6, "Why."),
        (0.5, 1.03, "Slower here: why."), (0.5, 1.6, "Slower here: why."), (1.02, 1.03, "Not faster here: why."),
    ],
)  # fmt: skip
def test_a_speed_is_explained_as_far_as_it_is_sure(value: float, wide: float, said: str) -> None:
    assert words.caveat(point("prune", "Why.", wide=wide, speedup=value)) == said


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
        ("accuracy", 0.9, "−2.0 pt"),
        ("accuracy", 0.94, "+2.0 pt"),
        ("accuracy", 0.916, "no clear change"),
        ("accuracy", 0.92, "no clear change"),
        ("size_bytes", 10_000, "1/31"),
        ("size_bytes", 620_000, "2.0x"),
        ("size_bytes", 155_000, "1/2.0"),
        ("size_bytes", 309_000, "−0.3 %"),
        ("size_bytes", 310_000, "the same"),
        ("size_bytes", 325_500, "1.1x"),
        ("size_bytes", 325_499, "+5 %"),
    ],
)
def test_changes_are_short(metric: str, value: float, expected: str) -> None:
    assert words.change(metric, point("prune", **{metric: value}), ORIGINAL) == expected


@pytest.mark.parametrize(
    ("speedup", "wide", "latency", "energy"),
    [
        (1.25, 1.02, "1.2x as fast", "1/1.2"),
        (0.8, 1.02, "0.8x as fast", "1.2x"),
        (1.03, 1.02, "about as fast", "about the same"),
        (1.1, 1.24, "about as fast", "about the same"),
        (1.1, 1.6, "speed not certain", "not certain"),
        (2.0, 1.6, "faster, not certain by how much", "not certain"),
    ],
)
def test_times_and_energies_are_as_sure_as_the_speed(
    speedup: float, wide: float, latency: str, energy: str
) -> None:
    timed = point(
        "prune", wide=wide, speedup=speedup, latency_ms=0.04 / speedup, energy_mj=0.2 / speedup
    )
    assert words.change("latency_ms", timed, ORIGINAL) == latency
    assert words.change("energy_mj", timed, ORIGINAL) == energy


@pytest.mark.parametrize(
    "share", [1 - 10**-k for k in range(1, 7)] + [1 + 10**-k for k in range(1, 7)]
)
def test_no_words_say_one_or_zero_times_or_minus_zero(share: float) -> None:
    after = point(
        "prune", accuracy=0.92 * min(share, 1.0), size_bytes=310_000 * share, speedup=share
    )
    said = [words.headline(after, ORIGINAL), *(words.change(m, after, ORIGINAL) for m in UNITS)]
    assert not any(
        bad in text for text in said for bad in ("1.0x", "-0", "−0 ", "−0.0 ", " 0.0", "0 %")
    )


def test_what_was_not_measured_has_no_change() -> None:
    assert words.change("energy_mj", point("prune"), ORIGINAL) == ""
