"""Figures in things of everyday life: each from a source, each count worked out here once more."""

from __future__ import annotations

import math

import pytest

from compression.point import METRICS
from compression.share.equivalents import equivalents, everyday
from tests.measured import a_measured


def test_each_thing_has_its_source() -> None:
    assert len({thing.one for thing in equivalents()}) == len(equivalents()) >= 3
    for thing in equivalents():
        assert thing.metric in METRICS and any(letter.isdigit() for letter in thing.source)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (100, "It fits into one text message (SMS)"),
        (140, "It fits into one text message (SMS)"),
        (1000, "It fits into 8 text messages (SMS)"),
        (13_800, "It fits into 5 QR codes of the largest kind"),
    ],
)
def test_a_size_is_said_in_things_one_can_imagine(size: float, said: str) -> None:
    assert everyday(a_measured(size_bytes=size), None)[0].said == f"{said}."


def test_the_original_stands_beside() -> None:
    small, whole = a_measured("quantize:bits=4", size_bytes=10_000), a_measured(size_bytes=300_000)
    assert f"the original needs {math.ceil(300_000 / 2953)}" in everyday(small, whole)[0].said


def test_the_energy_of_a_coin_cell_is_225_milliampere_hours_at_three_volts() -> None:
    point = a_measured(energy_mj=0.5)
    answers = 0.225 * 3600 * 3 * 1000 / 0.5
    assert f"{answers / 1e6:.1f} million answers" in everyday(point, None)[0].said


def test_what_was_not_measured_is_not_said() -> None:
    assert everyday(a_measured(accuracy=0.9), None) == ()
