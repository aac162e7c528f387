"""What two measurements allow to say of each other: a difference of quality, and whether one model is faster.

The one rule behind all words: a number is stated only where the intervals leave no difference out. Torch-free.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from compression.point.certainty import is_certain
from compression.point.point import Measurement

LEVEL = 1.05
"""Times nearer to each other than this factor are called alike, however sure: a shared machine moves as much."""

Pace = Literal["faster", "slower", "level", "surely faster", "surely slower", "unknown"]
"""``surely``: the direction is known, the amount isn't."""


@dataclass(frozen=True)
class Difference:
    """A quality less another, and its 95 % interval; None where one of the two has none."""

    value: float
    low: float | None
    high: float | None
    n: int | None
    """Examples that each was measured on, the fewer of the two."""

    @property
    def is_known(self) -> bool:
        return self.low is not None and self.high is not None

    @property
    def spread(self) -> float | None:
        """Half of the interval: the value has the digits that it leaves standing."""
        if self.low is None or self.high is None or self.high <= self.low:
            return None
        return (self.high - self.low) / 2

    @property
    def is_clear(self) -> bool:
        """The interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def difference(after: Measurement | None, before: Measurement | None) -> Difference | None:
    """``after`` less ``before``; None where one was not measured.

    The interval is made of the two stored ones (Newcombe, 1998, Stat. Med. 17:873, method 10), as if each model had
    been judged on examples of its own. Both saw the same examples: pair by pair it would be narrower, so a difference
    that is told is there, and a small one may be passed over.
    """
    if after is None or before is None or after.value is None or before.value is None:
        return None
    value = after.value - before.value
    counts = [m.n for m in (after, before) if m.n is not None]
    n = min(counts, default=None)
    ends = (after.low, after.high, before.low, before.high)
    if n == 0 or None in ends:
        return Difference(value, None, None, n)
    low, high, low_before, high_before = (float(end or 0) for end in ends)
    return Difference(
        value,
        value - math.hypot(after.value - low, high_before - before.value),
        value + math.hypot(high - after.value, before.value - low_before),
        n,
    )


def least_difference(share: float, n: int) -> float:
    """How far two shares near this one must lie apart to be told apart by n examples each, at 95 %; 1 for none.

    One success and one failure are added to each, or shares of 1 would seem sure (Agresti and Caffo, 2000, Am. Stat.
    54:280).
    """
    if n <= 0:
        return 1.0
    near = (share * n + 1) / (n + 2)
    return 1.96 * math.sqrt(2 * near * (1 - near) / (n + 2))


def pace(speedup: Measurement | None) -> Pace | None:
    """How a model's speed compares with the original's; None where it was not measured."""
    if speedup is None or speedup.value is None:
        return None
    low, high = speedup.low, speedup.high
    if low is None or high is None:
        return "unknown"
    if not is_certain(speedup):
        return (
            "surely faster" if low >= LEVEL else "surely slower" if high <= 1 / LEVEL else "unknown"
        )
    if low <= 1 <= high or 1 / LEVEL < speedup.value < LEVEL:
        return "level"
    return "faster" if speedup.value > 1 else "slower"
