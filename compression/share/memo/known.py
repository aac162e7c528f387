"""A memo from what this machine knows, and what a memo's file says against it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compression.decide import Decision, Question, decide
from compression.point import Point
from compression.point.one_clock import on_one_clock
from compression.share.memo.carried import Carried
from compression.share.memo.content import Memo, memo_of
from compression.share.memo.harms import harms_of
from compression.store import Store


def memo_from(store: Store, question: Question) -> Memo:
    """Decided among the known points of its model, with times on one clock and what was found out of classes."""
    points, original = _known(store, question.model)
    choice = decide(points, original, question).choice
    harms = None if choice is None else harms_of(choice, store)
    return memo_of(points, original, question, harms=harms)


@dataclass(frozen=True)
class Reopened:
    """A memo's question asked again."""

    question: Question
    now: Decision
    said: str
    """Whether the choice is still the same, in a sentence."""


def reopened(store: Store, carried: Carried) -> Reopened:
    points, original = _known(store, carried.question.model)
    now = decide(points, original, carried.question)
    return Reopened(carried.question, now, said_since(carried.choice, now, points))


def _known(store: Store, model: str) -> tuple[list[Point], Point | None]:
    original = store.original(model)
    return on_one_clock(store.known(model), original), original


def said_since(then: str | None, now: Decision, points: Sequence[Point]) -> str:
    """Whether the answer is the one that a memo gave, whose choice had the key ``then``."""
    key = now.choice.key if now.choice else None
    if key == then:
        return "The choice is still the same." if key else "Still no point keeps all limits."
    was = next((point for point in points if point.key == then), None)
    if then is None:
        return "When the memo was written no point kept all limits; now one does."
    if was is None:
        return "The point that the memo chose is not known here: it was deleted, or measured on another machine."
    here = "nothing keeps all limits" if now.choice is None else now.choice.recipe.describe()
    return f"The memo chose {was.recipe.describe()}; by what is known now it is {here}."
