"""Bars that are dragged, one per layer, each over a curve of what it costs: bits, zeros or channels.

The browser adds up the totals while a bar moves; the script hears of it when the hand lets go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

ASSETS = Path(__file__).parents[4] / "assets" / "panels" / "budget"
DECADES = 3.5
"""How much of a curve is drawn, down from the highest of all of them: its height is a logarithm."""

_editor = st.components.v2.component(
    "compact_ai_lab_bar_editor",
    js=(ASSETS / "bar_editor.js").read_text(encoding="utf-8"),
    css=(ASSETS / "bar_editor.css").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Bar:
    """One row: its settings from left to right, what each does to the model, and where it stands."""

    name: str
    note: str
    size: int
    settings: Sequence[float]
    damage: Sequence[float]
    chosen: float


@dataclass(frozen=True)
class Words:
    """The columns' heads, and how a setting is written and read out."""

    name: str
    setting: str
    cost: str
    unit: str
    damage: str
    """What a damage means, with {} for the number."""
    percent: bool = False


def bar_editor(
    bars: Sequence[Bar],
    words: Words,
    costs: Mapping[str, Any],
    totals: Sequence[Mapping[str, Any]],
    *,
    key: str,
    version: str,
    on_move: Callable[[dict[str, float]], None],
) -> None:
    """Draw the bars; ``version`` changes whenever what stands in the browser is to be replaced."""

    def moved() -> None:
        told = st.session_state[key].get("chosen")
        # The browser's word is untrusted.
        settings = {bar.name: set(bar.settings) for bar in bars}
        is_whole = isinstance(told, Mapping) and set(told) == set(settings)
        if is_whole and all(setting in settings[name] for name, setting in told.items()):
            on_move(dict(told))

    highest = max((value for bar in bars for value in bar.damage), default=0.0)
    _editor(
        key=key,
        data={
            "rows": [{**asdict(bar), "heights": _heights(bar.damage, highest)} for bar in bars],
            "heads": [words.name, words.setting, words.cost],
            "words": asdict(words),
            "costs": costs,
            "totals": list(totals),
            "version": version,
        },
        on_chosen_change=moved,
    )


def _heights(damage: Sequence[float], highest: float) -> list[float]:
    """From 0 to 1 on a logarithmic scale that all bars share."""
    floor = highest * 10**-DECADES
    if highest <= 0:
        return [0.0] * len(damage)
    return [round(1 + math.log10(max(value, floor) / highest) / DECADES, 3) for value in damage]
