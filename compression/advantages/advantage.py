"""One advantage: a figure of the point beside the original's, whether that is a gain, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Gain = Literal["gain", "none", "loss", "unknown"]
"""``none``: the figure is there, and it is no better than the original's."""

ALIKE = 0.01
"""Of the original's figure: what differs by less is alike."""


@dataclass(frozen=True)
class Advantage:
    """``figure`` is all that a card has room for, ``source`` how it is known; ``why`` says what a reader would ask."""

    name: str
    title: str
    gain: Gain
    figure: str
    source: str
    why: str = ""

    @property
    def verdict(self) -> str:
        return {"gain": "gain", "none": "no gain", "loss": "worse", "unknown": "not known"}[
            self.gain
        ]


def lower_is_gain(after: float, before: float) -> Gain:
    """Of two figures of which the lower is the better one."""
    if after < (1 - ALIKE) * before:
        return "gain"
    return "loss" if after > (1 + ALIKE) * before else "none"


def higher_is_gain(after: float, before: float) -> Gain:
    return lower_is_gain(before, after)


def not_known(name: str, title: str, why: str) -> Advantage:
    return Advantage(name, title, "unknown", "not known", "", why)
