"""What a point keeps of its model's answers to the examples that pages show."""

from __future__ import annotations

import pytest

from compression.point import Point
from compression.point.shown import Answer, answers_in, as_text
from tests.measured import a_point

ANSWERS = [Answer(3, 0.5), Answer(0, 1.0), Answer(None, 0.0), Answer(9, 0.731)]


def test_answers_come_out_as_they_went_in() -> None:
    found = answers_in(as_text(ANSWERS))
    assert [each.answered for each in found] == [3, 0, None, 9]
    for read, written in zip(found, ANSWERS, strict=True):
        assert read.confidence == pytest.approx(written.confidence, abs=0.002)


def test_two_bytes_an_answer_in_base_64() -> None:
    assert as_text([Answer(1, 1.0), Answer(None, 0.0)]) == "Af7/AA=="
    assert len(as_text(ANSWERS * 6)) == 64


def test_no_answers_are_an_empty_text() -> None:
    assert as_text([]) == ""
    assert answers_in("") == ()


def test_a_class_that_fits_no_byte_is_refused() -> None:
    with pytest.raises(ValueError, match="Class 255"):
        as_text([Answer(255, 0.5)])


def test_a_point_of_before_has_none() -> None:
    row = a_point().model_dump_json(exclude_defaults=True)
    assert "shown" not in row
    assert Point.model_validate_json(row).shown == ""


@pytest.mark.parametrize("text", ["not base 64", "AQ==", "é"])
def test_what_is_no_list_of_answers_makes_no_point(text: str) -> None:
    with pytest.raises(ValueError, match="shown"):
        Point.model_validate({**a_point().model_dump(), "shown": text})
