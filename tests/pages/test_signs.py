"""Every technique is told apart by colour and by shape, and readable in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compression.techniques import TECHNIQUES
from pages.parts.plots.signs import REFUSED, SIGNS, Sign, sign_of

CONFIG = (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text()
SHAPES = (Path(__file__).parents[2] / "assets" / "plots" / "signs.js").read_text()


def themed(theme: str, name: str) -> str:
    section = CONFIG.split(f"[theme.{theme}]")[1].split("[")[0]
    found = re.search(rf'^{name} = "(#\w+)"', section, re.MULTILINE)
    assert found is not None
    return found.group(1)


def contrast(one: str, other: str) -> float:
    """Contrast ratio as in WCAG 2.1."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    shares = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("sign", [*SIGNS.values(), REFUSED], ids=lambda sign: sign.label)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signs_have_contrast_3(sign: Sign, theme: str) -> None:
    assert contrast(getattr(sign, theme), themed(theme, "backgroundColor")) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["textColor", "primaryColor", "linkColor"])
def test_texts_have_contrast_4_5(theme: str, name: str) -> None:
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(themed(theme, name), themed(theme, background)) >= 4.5


def test_every_technique_has_a_sign_of_its_own() -> None:
    assert set(TECHNIQUES) <= set(SIGNS)
    assert len({sign.symbol for sign in SIGNS.values()}) == len(SIGNS)
    assert len({sign.light for sign in SIGNS.values()}) == len(SIGNS)


def test_the_browser_knows_every_shape() -> None:
    for sign in (*SIGNS.values(), REFUSED):
        assert re.search(rf'^  "?{sign.symbol}"?: \(r\)', SHAPES, re.MULTILINE)


def test_an_unknown_technique_is_drawn_like_a_chain() -> None:
    assert sign_of("a plug-in's") == SIGNS["chain"]
