"""Devices are told apart, seen on both themes, and look like no technique, nor like what is wrong."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from compression.techniques.slicing.knobs import MOST_STAGES
from pages.parts.plots.signs import signs
from tests.colour_distance import distance
from tests.contrast import contrast, themed

SHEET = (Path(__file__).parents[2] / "assets/panels/slicing/slicing.css").read_text()
PAIRS = re.findall(r"\.slice-device-\d { --device: light-dark\((#\w+), (#\w+)\)", SHEET)
WRONG = re.findall(r"--wrong: light-dark\((#\w+), (#\w+)\)", SHEET)
FAR = 20
themes = pytest.mark.parametrize(("theme", "at"), [("light", 0), ("dark", 1)])


def test_there_is_a_colour_for_every_device() -> None:
    assert len(PAIRS) == MOST_STAGES


@themes
def test_words_on_a_devices_colour_are_readable(theme: str, at: int) -> None:
    for colour in (pair[at] for pair in (*PAIRS, *WRONG)):
        assert contrast(colour, themed(theme, "backgroundColor")) >= 4.5


@themes
def test_no_device_looks_like_another_or_like_a_technique(theme: str, at: int) -> None:
    devices = [pair[at] for pair in PAIRS]
    others = [getattr(sign, theme) for sign in signs().values()]
    others += [themed(theme, "primaryColor"), *(pair[at] for pair in WRONG)]
    assert min(distance(*pair) for pair in combinations(devices, 2)) > FAR
    assert min(distance(device, other) for device in devices for other in others) > FAR
