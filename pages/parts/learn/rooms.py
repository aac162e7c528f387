"""The class that an address names."""

from __future__ import annotations


def room_of(code: str) -> tuple[str, str]:
    """Its code, and what is wrong with it."""
    return "", ""
