"""The box selection in the URL: the first digits of each selected point's key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import streamlit as st

from compression.point import Point
from pages.parts import data

DIGITS = 7
"""Of a key's 16 hex digits: two of 10,000 points share these with a chance of one in five, and a
link that selects one point too many is no harm."""

MAX_IN_URL = 120
"""More points would make a link that mail programs break; the selection then lasts for the visit."""

_STARTS = re.compile(rf"[0-9a-f]{{{DIGITS}}}")


def starts_in_url(name: str) -> list[str]:
    """The beginnings of keys in one part of the address; whatever else stands there is ignored."""
    return starts_in(st.query_params.get(name, ""))


def starts_in(text: str) -> list[str]:
    """The beginnings of keys in a part of an address."""
    return _STARTS.findall(text)


def starts_of(keys: Iterable[str]) -> str:
    """The beginnings of keys, as a part of the address has them."""
    return "-".join(key[:DIGITS] for key in keys)


def from_url() -> list[str]:
    """The beginnings of the selected keys."""
    return starts_in_url("selected")[:MAX_IN_URL]


def to_url(keys: Sequence[str]) -> None:
    """Write a selection that the user has just made."""
    if 0 < len(keys) <= MAX_IN_URL:
        st.query_params["selected"] = starts_of(keys)
    else:
        st.query_params.pop("selected", None)


def selected_points(known: data.Known, told: Sequence[str]) -> list[Point]:
    """The points of the selection that the browser told, else those of the URL."""
    if told:
        return [known.by_key[key] for key in told if key in known.by_key]
    starts = set(from_url())
    return [point for point in known.points if point.key[:DIGITS] in starts]


BRUSHED = "brushed"
_BRUSH = re.compile(r"[a-z0-9_]+:-?[\d.e+-]*~-?[\d.e+-]*")


def brushes_from_url() -> str:
    """What is brushed on the parallel coordinates: ``size_bytes:0~20000*latency_ms:0~1``, as the browser wrote it."""
    parts = str(st.query_params.get(BRUSHED, "")).split("*")
    return "*".join(part for part in parts if _BRUSH.fullmatch(part))


def brushes_to_url(told: str) -> None:
    """Write what the user has just brushed."""
    parts = [part for part in told.split("*") if _BRUSH.fullmatch(part)]
    if parts:
        st.query_params[BRUSHED] = "*".join(parts)
    else:
        st.query_params.pop(BRUSHED, None)
