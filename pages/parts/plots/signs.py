"""The sign of each technique: an Okabe-Ito colour and a marker shape, the same on every page.

Two colours each, so that every sign keeps 3 : 1 contrast on both themes' backgrounds.
Okabe and Ito, 2008, "Color universal design".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sign:
    """How points of one technique are drawn; ``symbol`` is a Plotly marker name."""

    label: str
    symbol: str
    light: str
    dark: str


SIGNS: dict[str, Sign] = {
    "original": Sign("original", "diamond", "#1b1f2a", "#e8eaf0"),
    "prune": Sign("pruning", "triangle-up", "#c65600", "#ef7d2d"),
    "prune-channels": Sign("channels", "triangle-down", "#a66f00", "#e69f00"),
    "quantize": Sign("quantization", "circle", "#0072b2", "#3d9fdb"),
    "distill": Sign("distillation", "square", "#00855f", "#1fb78a"),
    "slice": Sign("slicing", "hexagon", "#b5538b", "#dd93bb"),
    "federated": Sign("federated", "cross", "#2a83b8", "#7cc8f2"),
    "search": Sign("search", "star", "#857a00", "#f0e442"),
    "chain": Sign("chain", "bowtie", "#4d5568", "#b4bccd"),
}
"""The only place where a technique's colour and shape are written."""

REFUSED = Sign("breaks a limit", "x-thin", "#7b8190", "#8a91a1")
"""What is drawn instead for a point that the user's limits exclude."""


def sign_of(technique: str) -> Sign:
    """The technique's sign; a technique without one of its own is drawn like a chain."""
    return SIGNS.get(technique, SIGNS["chain"])
