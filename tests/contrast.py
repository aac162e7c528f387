"""Contrast of two colours as WCAG 2.1 defines it, and the themes' colours."""

from __future__ import annotations

import re
from pathlib import Path

CONFIG = (Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text()


def themed(theme: str, name: str) -> str:
    section = CONFIG.split(f"[theme.{theme}]")[1].split("[")[0]
    line = re.search(rf'^{name} = "(#\w+)"', section, re.MULTILINE)
    assert line is not None
    return line.group(1)


def contrast(one: str, other: str) -> float:
    """Their contrast ratio, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    shares = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
