"""The times of many points of one model, one after the other in this process, until the machine disturbed none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compression import pipeline
from compression.errors import LabError
from compression.point import Point
from compression.point.certainty import is_disturbed
from compression.subjects import look_up

TRIES = 5
NAMED = 3
"""So many disturbed points are named; the others are counted."""


def timed_alone(points: Sequence[Point], report: Callable[[int, int], None]) -> list[Point]:
    """The points with their times measured anew, those of one graph once.

    What the machine disturbed is timed again, at most TRIES times in all; LabError names what was disturbed each time.
    """
    timed = {point.key: point for point in points}
    left = list(timed)
    for _ in range(TRIES):
        for done, key in enumerate(left):
            report(len(timed) - len(left) + done, len(timed))
            timed[key] = pipeline.time_again(look_up(timed[key].recipe.model), timed[key])
        left = [key for key in left if is_disturbed(timed[key].measurements)]
    if left:
        raise LabError(_sentence([timed[key] for key in left]))
    report(len(timed), len(timed))
    return list(timed.values())


def _sentence(disturbed: Sequence[Point]) -> str:
    names = [point.recipe.describe() for point in disturbed[:NAMED]]
    more = len(disturbed) - len(names)
    told = "; ".join(names) + (f" and {more} more" if more else "")
    model = disturbed[0].recipe.model
    return (
        f"The machine was busy each time that points of {model} were timed ({told}), so nothing was written: "
        "ask again when nothing else runs."
    )
