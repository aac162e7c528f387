"""Several seeds of one recipe: how they are written, and how far their points lie apart. Torch-free."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from compression.errors import UsageError
from compression.point.point import Point

MOST = 100
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Spread:
    """A metric over seeds; ``sd`` is the sample standard deviation, None of a single point."""

    metric: str
    n: int
    mean: float
    sd: float | None
    low: float
    high: float


def spread(points: Sequence[Point], metric: str) -> Spread | None:
    """Mean, standard deviation and range of a metric; None where a point lacks it, or there is none."""
    values = [value for point in points if (value := point.value(metric)) is not None]
    if not values or len(values) < len(points):
        return None
    return Spread(
        metric=metric,
        n=len(values),
        mean=statistics.fmean(values),
        sd=statistics.stdev(values) if len(values) > 1 else None,
        low=min(values),
        high=max(values),
    )


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds in ``3``, ``0..2`` or ``0|2|5``; UsageError in one sentence if it is none of these."""
    first, dots, last = text.partition("..")
    parts = [first, last] if dots else text.split("|")
    if not all(_is_seed(part.strip()) for part in parts):
        raise UsageError(
            f"--seed {text[:40]!r} can't be: write a whole number, 0..2 for a range, or 0|2|5."
        )
    numbers = [int(part) for part in parts]
    if not dots:
        return tuple(dict.fromkeys(numbers))
    if not 0 <= numbers[1] - numbers[0] < MOST:
        raise UsageError(
            f"--seed {text[:40]} can't be: write the lower end first, and at most {MOST} seeds."
        )
    return tuple(range(numbers[0], numbers[1] + 1))


def _is_seed(text: str) -> bool:
    return text.isdecimal() and len(text) <= len(str(LARGEST)) and int(text) <= LARGEST
