"""The README's front and its tables are made of measured rows alone."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import readme
from tests.benchmarks.coded import coded_bytes
from tests.benchmarks.pivot import Pivot
from tests.benchmarks.pruning.picture import picture
from tests.benchmarks.table import Row, by_key, markdown


def a_row(bytes: int, accuracy: float, seed: int = 0) -> Row:
    return Row(
        "bytes", "model", "ours", "without labels", f"{bytes} bytes", accuracy, 1.0, seed, bytes, 100
    )  # fmt: skip


def test_each_row_in_range_is_one_dot_with_its_figures() -> None:
    drawn = picture([a_row(31_102, 0.9), a_row(15_551, 0.8), a_row(7_775, 0.1)])
    assert re.findall("<title>(.*?)</title>", drawn) == [
        "10.0x smaller, 90.00 %",
        "20.0x smaller, 80.00 %",
    ]


def test_seeds_are_one_dot_at_their_mean() -> None:
    drawn = picture([a_row(31_102, accuracy, seed) for seed, accuracy in enumerate((0.9, 0.84))])
    assert re.findall("<title>(.*?)</title>", drawn) == ["10.0x smaller, 87.00 (84.0-90.0) %"]


def test_a_smaller_file_stands_further_right() -> None:
    drawn = picture([a_row(31_102, 0.9), a_row(15_551, 0.9)])
    first, second = (float(x) for x in re.findall('<circle cx="([0-9.]+)"', drawn))
    assert first < second


def test_the_table_has_a_line_for_all_seeds_of_a_setting() -> None:
    text = markdown([a_row(31_102, 0.9, 0), a_row(31_102, 0.8, 1)])
    assert (
        "| ours | without labels | 31102 bytes | 85.00 (80.0-90.0) | 2 | 100 | 31,102 | 1.00 |"
        in text
    )


@pytest.mark.parametrize(
    "name", ["files", "zeros", "channels", "published", "bits", "activations", "other models"]
)
def test_the_readme_has_a_place_for_each_table(name: str) -> None:
    text = Path(__file__).parents[1].joinpath("README.md").read_text("utf-8")
    assert "| its table |" in readme.written(text, {name: "| its table |"})


def test_a_table_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="needs the marks of files"):
        readme.written("A README without marks.", {"files": "| its table |"})


def test_a_line_of_the_readme_has_mean_range_and_a_gap_where_nothing_was_measured() -> None:
    pivot = Pivot(
        "bytes",
        {"a method": ("ours", "without labels")},
        {"1 byte": "1 bytes", "2": "2 bytes"},
        "model",
    )
    rows = [a_row(1, 0.9, 0), a_row(1, 0.8, 1)]
    assert pivot.text(by_key(rows)).endswith("| a method | 85.00 (80.0-90.0), 2 seeds | - | 1.0 |")


def test_codes_of_equal_shares_take_their_bits_and_each_channel_a_scale_and_a_bias() -> None:
    codes = np.arange(4).repeat(8).reshape(2, 16)
    assert coded_bytes([codes]) == (2 * 32 + 32 * 2) / 8
