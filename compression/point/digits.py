"""How many digits of a number its interval leaves standing. Pure; `assets/plots/format.js` does the same."""

from __future__ import annotations

import math

TWO_DIGITS = 3.55
"""A spread that begins with less keeps two digits, any other one."""


def decimals(value: float, spread: float) -> int:
    """Decimal places of a value known to within ``spread``, as the Particle Data Group rounds.

    Review of Particle Physics (2024), section 5.3. Below 0 for tens and hundreds; one digit of the value always stays.
    """
    power = _power(spread)
    allowed = -power + (1 if spread / 10.0**power < TWO_DIGITS else 0)
    return allowed if value == 0 else max(allowed, -_power(value))


def _power(value: float) -> int:
    return math.floor(math.log10(abs(value)))
