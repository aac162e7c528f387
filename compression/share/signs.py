"""How points of each technique are drawn outside of the app: as its pages draw them, which a test keeps so."""

from __future__ import annotations

from dataclasses import dataclass

from compression.techniques import TECHNIQUES


@dataclass(frozen=True)
class Sign:
    """``symbol`` is a Plotly marker name; two colours, for light and dark backgrounds."""

    label: str
    symbol: str
    light: str
    dark: str


ORIGINAL = Sign("original", "diamond", light="#1b1f2a", dark="#e8eaf0")
CHAIN = Sign("chain", "bowtie", light="#4d5568", dark="#b4bccd")
REFUSED = Sign("breaks a limit", "x-thin", light="#7b8190", dark="#8a91a1")

_OWN = {
    "prune": Sign("pruning", "triangle-up", light="#c65600", dark="#ef7d2d"),
    "prune-channels": Sign("channels", "triangle-down", light="#a66f00", dark="#e69f00"),
    "quantize": Sign("quantization", "circle", light="#0072b2", dark="#3d9fdb"),
    "distill": Sign("distillation", "square", light="#00855f", dark="#1fb78a"),
    "subnet": Sign("search", "star", light="#857a00", dark="#f0e442"),
    "slice": Sign("slicing", "hexagon", light="#b5538b", dark="#dd93bb"),
    "federate": Sign("federated", "cross", light="#2a83b8", dark="#7cc8f2"),
}


def signs() -> dict[str, Sign]:
    """All there are by technique, in the legend's order; a technique without one of its own is drawn like a chain."""
    others = {
        name: Sign(step.label.lower(), CHAIN.symbol, CHAIN.light, CHAIN.dark)
        for name, step in TECHNIQUES.items()
        if name not in _OWN
    }
    return {"original": ORIGINAL, **_OWN, **others, "chain": CHAIN}
