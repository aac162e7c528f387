"""The mean of a few numbers and how sure it is: its 95 % interval by Student's t. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

STUDENT_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""The 97.5 % point of Student's t for 1, 2, ... degrees of freedom."""


@dataclass(frozen=True)
class MeanInterval:
    """A mean, its standard deviation over n values, and the 95 % interval of the mean; None where n is 1."""

    n: int
    mean: float
    deviation: float | None
    low: float | None
    high: float | None

    @property
    def spread(self) -> float | None:
        """Half of the interval."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2

    @property
    def is_clear(self) -> bool:
        """The interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def mean_interval(values: Sequence[float]) -> MeanInterval:
    """ValueError without values."""
    if not values:
        raise ValueError("A mean needs one value or more.")
    n = len(values)
    if n == 1:
        return MeanInterval(1, values[0], None, None, None)
    deviation = stdev(values)
    reach = STUDENT_T[min(n - 1, len(STUDENT_T)) - 1] * deviation / math.sqrt(n)
    middle = mean(values)
    return MeanInterval(n, middle, deviation, middle - reach, middle + reach)
