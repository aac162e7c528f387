"""The README's front is drawn from measured rows alone."""

import re

from tests.benchmarks.pruning.picture import picture
from tests.benchmarks.pruning.table import Row, markdown


def a_row(bytes: int, accuracy: float, method: str = "without labels") -> Row:
    return Row("bytes", "ours", method, f"{bytes} bytes", accuracy, 1.0, 100, bytes)


def test_each_row_in_range_is_one_dot_with_its_figures() -> None:
    drawn = picture([a_row(31_102, 0.9), a_row(15_551, 0.8), a_row(7_775, 0.1)])
    assert re.findall("<title>(.*?)</title>", drawn) == [
        "10.0x smaller, 90.00 %",
        "20.0x smaller, 80.00 %",
    ]


def test_a_smaller_file_stands_further_right() -> None:
    drawn = picture([a_row(31_102, 0.9), a_row(15_551, 0.9)])
    first, second = (float(x) for x in re.findall('<circle cx="([0-9.]+)"', drawn))
    assert first < second


def test_the_table_has_a_line_for_each_row() -> None:
    text = markdown([a_row(31_102, 0.9), a_row(15_551, 0.8)])
    assert "| ours | without labels | 15551 bytes | 80.00 | 100 | 15,551 | 1.0 |" in text
