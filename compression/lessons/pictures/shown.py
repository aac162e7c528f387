"""A picture as the browser draws it: panels that stay, and frames that say what each panel shows now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from compression.point import METRICS


@dataclass(frozen=True)
class Frame:
    """One moment: the words' figures, and for each panel what it shows."""

    values: Mapping[str, str]
    show: Sequence[Mapping[str, Any] | None]
    """None: nothing yet."""


@dataclass(frozen=True)
class Shown:
    """Panels by view and content, the frames, and what has been found out: texts and numbers for the lesson."""

    panels: Sequence[Mapping[str, Any]]
    frames: Sequence[Frame]
    facts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


def bars(title: str, labels: Sequence[str], top: float, **more: Any) -> dict[str, Any]:
    """Bars that begin at 0 and end at ``top`` at most."""
    return {"view": "bars", "title": title, "labels": list(labels), "top": top, **more}


def percent(share: float) -> str:
    return METRICS["accuracy"].text(share)


def size(count: float) -> str:
    return METRICS["size_bytes"].text(count)


def listed(names: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "none"
