"""What a presentation's slider goes through: for each loss that may be allowed, what is then decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from compression.decide import Decision, Question, decide
from compression.share.memo.positions import LOSSES
from pages.parts import data

LOSE = "lose"
"""Its part of the address."""


@dataclass(frozen=True)
class Claims:
    """Decisions by what may be lost, and the place that is asked for; ``asked`` whether the address does."""

    losses: Sequence[float]
    decisions: Sequence[Decision]
    at: int
    asked: bool


def claims(known: data.Known, model: str, given: str | None) -> Claims | None:
    """None where there is nothing to decide among."""
    if known.original is None or len(known.points) < 2:
        return None
    decisions = _decisions(model, known.version, known)
    wanted = _number(given)
    at = min(
        range(len(LOSSES)),
        key=lambda place: abs(LOSSES[place] - (1.0 if wanted is None else wanted)),
    )
    return Claims(LOSSES, decisions, at, wanted is not None)


@st.cache_resource(show_spinner=False, max_entries=32)
def _decisions(model: str, version: str, _known: data.Known) -> tuple[Decision, ...]:
    return tuple(
        decide(_known.points, _known.original, Question(model, lose=loss)) for loss in LOSSES
    )


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number <= max(LOSSES) else None
