"""Every technique is told apart by colour and by shape, and readable in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compression.techniques import TECHNIQUES
from pages.parts.plots.signs import CHAIN, REFUSED, sign_of, signs
from pages.techniques.face import Sign
from tests.contrast import contrast, themed

SHAPES = (Path(__file__).parents[2] / "assets" / "plots" / "signs.js").read_text()


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
