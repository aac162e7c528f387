"""The colours of weight matrices: no technique's, seen on both themes, told apart by every kind of colour vision."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages.parts.plots.signs import signs
from tests.colour_distance import distance
from tests.colour_vision import VISIONS, seen
from tests.contrast import contrast, themed

FILE = Path(__file__).parents[2] / "assets" / "panels" / "common" / "colours.js"
FAR = 20
"""Colours further apart are different ones, whatever they are called."""
THEMES = ("light", "dark")

Diverging = tuple[str, str, str]


def diverging(theme: str) -> Diverging:
    """The end below zero, the middle, and the end above it."""
    line = re.search(rf"^const {theme.upper()} = (.+)$", FILE.read_text(), re.MULTILINE)
    assert line is not None
    parts = dict(re.findall(r"(\w+): \[([\d, ]+)\]", line.group(1)))
    low, middle, high = (
        "#" + "".join(f"{int(part):02x}" for part in parts[name].split(", "))
        for name in ("low", "middle", "high")
    )
    return low, middle, high


def between(one: str, other: str, share: float) -> str:
    ends = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in (one, other)]
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(*ends, strict=True))


def test_what_is_simulated_is_what_is_known_of_it() -> None:
    """Greys stay greys, and who lacks the cones for red or green takes the one for a dull other."""
    for vision in VISIONS:
        assert distance(seen("#808080", vision), "#808080") < 1
        assert distance(seen("#c65600", "usual"), "#c65600") < 1
    red, green = "#c0392b", "#6b7d1e"
    assert (
        distance(red, green)
        > 60
        > 30
        > distance(seen(red, "deuteranopia"), seen(green, "deuteranopia"))
    )
    assert distance(seen(red, "tritanopia"), seen(green, "tritanopia")) > 60


@pytest.mark.parametrize("theme", THEMES)
def test_the_ends_are_no_techniques_and_not_the_accent(theme: str) -> None:
    taken = [getattr(sign, theme) for sign in signs().values()] + [themed(theme, "primaryColor")]
    low, _, high = diverging(theme)
    for end in (low, high):
        assert min(distance(end, other) for other in taken) > FAR
        assert contrast(end, themed(theme, "backgroundColor")) >= 4.5


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_the_sign_of_a_weight_is_seen_by_all(theme: str, vision: str) -> None:
    low, middle, high = diverging(theme)
    for share in (0.4, 0.7, 1.0):
        below, above = (seen(between(middle, end, share), vision) for end in (low, high))
        assert distance(below, above) > FAR
    for end in (low, high):
        assert distance(seen(end, vision), seen(middle, vision)) > FAR


@pytest.mark.parametrize("theme", THEMES)
def test_no_weight_looks_like_a_hole(theme: str) -> None:
    """Where a weight went the background is seen."""
    for color in diverging(theme):
        assert contrast(color, themed(theme, "backgroundColor")) >= 1.9
