"""What the trade-offs page asks of many points: the points of several models together, and the decision among them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.decide import Decision, Question, decide
from compression.point import Point
from compression.point.pareto import ON_FRONT, cost
from pages.parts import data
from pages.parts.data import Known
from pages.parts.plots.plot_points import PlotPoints
from pages.parts.shell.front_words import front_words


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


def best_of(known: Known, drawn: PlotPoints, x: str, choice: Point | None) -> list[Point]:
    """The front that is drawn over a metric, the choice first, then from the cheapest on."""
    ranks = zip(drawn.keys, drawn.standing.get(x, ()), strict=False)
    best = [known.by_key[key] for key, rank in ranks if rank == ON_FRONT]
    best.sort(key=lambda point: cost(point, x))
    return best if choice is None else [choice, *(p for p in best if p.key != choice.key)]


def front_told(known: Known, techniques: Sequence[str] | None, x: str) -> str:
    """How good the front is as a whole, whatever the limits; worked out once per moment."""
    asked = None if techniques is None else tuple(sorted(techniques))
    return _front_told(known.version, asked, x, known)


@st.cache_resource(show_spinner=False, max_entries=64)
def _front_told(version: str, techniques: tuple[str, ...] | None, x: str, _known: Known) -> str:
    return front_words(data.shown(_known, techniques), _known.original, x)


@st.cache_resource(show_spinner=False, max_entries=64)
def _decided(
    command: str,
    version: str,
    techniques: tuple[str, ...] | None,
    _question: Question,
    _known: Known,
) -> Decision:
    return decide(data.shown(_known, techniques), _known.original, _question)
