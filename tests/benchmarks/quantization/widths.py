"""The bits that are compared: of weights alone, and of weights and activations."""

from __future__ import annotations

BITS = (8, 4, 3, 2)
WIDTHS = ((8, 8), (4, 8), (4, 4))
"""Of weights and of activations."""


def named(weights: float, activations: int) -> str:
    """W4A8, as the field writes it."""
    return f"W{weights:g}A{activations}"
