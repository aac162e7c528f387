"""What the trade-offs page asks of many points: the points of several models together, and the decision among them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.decide import Decision, Question, decide
from pages.parts import data
from pages.parts.data import Known


def beside(known: Known, models: Sequence[str]) -> Known:
    """The points of a model with those of others of its task, whose losses are counted from its original too."""
    others = {model: data.known_or_bundled(model) for model in models}
    if not others:
        return known
    points = [point for each in (known, *others.values()) for point in each.points]
    told = [known.version, *(f"{model} {each.version}" for model, each in others.items())]
    by_key = {point.key: point for point in points}
    return Known(" and ".join(told), tuple(points), by_key, known.original)


def decided(known: Known, question: Question, techniques: Sequence[str] | None = None) -> Decision:
    """The answer among the points shown; worked out once per moment, for all sessions."""
    asked = None if techniques is None else tuple(sorted(techniques))
    return _decided(question.command, known.version, asked, question, known)


@st.cache_resource(show_spinner=False, max_entries=64)
def _decided(
    command: str,
    version: str,
    techniques: tuple[str, ...] | None,
    _question: Question,
    _known: Known,
) -> Decision:
    return decide(data.shown(_known, techniques), _known.original, _question)
