"""Two models' answers to the same examples, pair by pair: what flipped, and which class pays for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compression.measure.accuracy import wilson

Answers = NDArray[np.int64]
Z = 1.959964


@dataclass(frozen=True)
class Paired:
    """A difference of two shares of the same examples, after less before, with its 95 % interval."""

    value: float
    low: float
    high: float


def paired_difference(lost: int, won: int, n: int) -> Paired:
    """``won`` less ``lost`` of ``n`` examples that both judged, as a share (Agresti and Min, 2005, Stat. Med. 24:729).

    Half an example is added to each of the four kinds of pairs, without which the interval is too narrow for few.
    """
    value = (won - lost) / n
    more = n + 2
    centre = (won - lost) / more
    spread = math.sqrt((won + lost + 1) / more - centre**2) / math.sqrt(more)
    low, high = centre - Z * spread, centre + Z * spread
    return Paired(value, min(value, max(-1.0, low)), max(value, min(1.0, high)))


def compared(before: Answers, after: Answers, labels: Answers, classes: int) -> dict[str, Any]:
    """Counts of what changed between two models' answers [N], and each class's share right before and after."""
    was, is_now = before == labels, after == labels
    flipped = before != after
    low, high = wilson(int(flipped.sum()), len(labels))
    return {
        "counted": len(labels),
        "flipped": {"count": int(flipped.sum()), "value": float(flipped.mean()), "low": low, "high": high},
        "lost": int((was & ~is_now).sum()),
        "won": int((~was & is_now).sum()),
        "other": int((flipped & ~was & ~is_now).sum()),
        "accuracy": {"before": float(was.mean()), "after": float(is_now.mean())},
        "by_class": [_one_class(was[mask], is_now[mask]) for mask in _masks(labels, classes)],
    }  # fmt: skip


def worst_class(by_class: list[dict[str, Any]]) -> int:
    """The place of the class that loses most."""
    changes = [row["change"] if row["counted"] else math.inf for row in by_class]
    return int(np.argmin(changes))


def most_surprising(
    before: NDArray[np.floating], after: NDArray[np.floating], labels: Answers, count: int
) -> NDArray[np.int64]:
    """Rows of the probabilities [N, classes] whose answer flipped, those first that both models were surest of.

    Of equally sure ones those come first that are wrong now.
    """
    flipped = np.flatnonzero(before.argmax(1) != after.argmax(1))
    surprise = before[flipped].max(1) * after[flipped].max(1)
    wrong_now = after[flipped].argmax(1) != labels[flipped]
    return flipped[np.lexsort((~wrong_now, -surprise))][:count]


def _masks(labels: Answers, classes: int) -> list[NDArray[np.bool_]]:
    return [labels == label for label in range(classes)]


def _one_class(was: NDArray[np.bool_], is_now: NDArray[np.bool_]) -> dict[str, Any]:
    n = len(was)
    if not n:
        return {"counted": 0, "before": None, "after": None, "change": 0.0, "low": 0.0, "high": 0.0}
    change = paired_difference(int((was & ~is_now).sum()), int((~was & is_now).sum()), n)
    return {
        "counted": n,
        "before": float(was.mean()),
        "after": float(is_now.mean()),
        "change": change.value,
        "low": change.low,
        "high": change.high,
    }
