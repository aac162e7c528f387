"""Every technique is told apart by colour and by shape, and readable in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compression.techniques import TECHNIQUES
from pages.parts.panels.common import charts
from pages.parts.plots import line_chart
from pages.parts.plots.signs import CHAIN, REFUSED, sign_of, signs
from pages.techniques.face import Sign
from tests.colour_distance import distance
from tests.contrast import contrast, themed

ASSETS = Path(__file__).parents[2] / "assets"
SHAPES = (ASSETS / "plots" / "signs.js").read_text()
STRIP, PLOTS, PANELS = (
    (ASSETS / sheet).read_text()
    for sheet in ("plots/strip.css", "plots/plots.css", "panels/common/panels.css")
)
THEMES = ("light", "dark")
WRONG = dict(
    zip(
        THEMES,
        re.findall(r"lab-wrong rect { fill: light-dark\((#\w+), (#\w+)\)", STRIP)[0],
        strict=True,
    )
)
"""The mark of a wrong answer in the strip; its cross has the background's colour."""
FAR = 20
"""Colours further apart are different ones, whatever they are called."""


@pytest.mark.parametrize("sign", [*signs().values(), REFUSED], ids=lambda sign: sign.label)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signs_have_contrast_3(sign: Sign, theme: str) -> None:
    assert contrast(getattr(sign, theme), themed(theme, "backgroundColor")) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["textColor", "primaryColor", "linkColor"])
def test_texts_have_contrast_4_5(theme: str, name: str) -> None:
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(themed(theme, name), themed(theme, background)) >= 4.5


def test_every_technique_has_a_sign_of_its_own() -> None:
    assert set(TECHNIQUES) <= set(signs())
    for part in ("label", "symbol", "light", "dark"):
        assert len({getattr(sign, part) for sign in signs().values()}) == len(signs())


def test_the_browser_knows_every_shape() -> None:
    for sign in (*signs().values(), REFUSED):
        assert re.search(rf'^  "?{sign.symbol}"?: \(r\)', SHAPES, re.MULTILINE)


def test_an_unknown_technique_is_drawn_like_a_chain() -> None:
    assert sign_of("a plug-in's") == CHAIN


@pytest.mark.parametrize("theme", THEMES)
def test_a_wrong_answers_mark_is_seen_and_no_techniques(theme: str) -> None:
    assert "lab-wrong path { stroke: var(--st-background-color)" in STRIP
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(WRONG[theme], themed(theme, background)) >= 3
    assert min(distance(WRONG[theme], getattr(sign, theme)) for sign in signs().values()) > FAR


@pytest.mark.parametrize("theme", THEMES)
def test_pins_are_the_texts_colour_with_a_number_in_the_backgrounds(theme: str) -> None:
    assert ".lab-pin rect { fill: var(--st-text-color);" in PLOTS
    assert ".lab-pin text { fill: var(--st-background-color);" in PLOTS
    assert contrast(themed(theme, "textColor"), themed(theme, "backgroundColor")) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_panels_colours_are_seen_and_no_techniques(theme: str) -> None:
    line = line_chart.COLORS[theme]
    assert line == (themed(theme, "textColor"), themed(theme, "primaryColor"))
    techniques = [getattr(sign_of(name), theme) for name in TECHNIQUES]
    for color in (charts.PLAIN, charts.ACCENT, charts.GREY, line[1]):
        assert contrast(color, themed(theme, "backgroundColor")) >= 3
        assert min(distance(color, other) for other in techniques) > FAR
    assert contrast(charts.DISTILLED, themed(theme, "backgroundColor")) >= 3


def test_the_panels_pictures_have_the_themes_colours_alone() -> None:
    colours = re.findall(r"#[0-9a-f]{6}", PANELS)
    assert colours == []
    assert "--stays" in PANELS and "--goes" in PANELS
