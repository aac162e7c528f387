"""How many digits of a number its interval leaves standing. Pure; `assets/plots/format.js` does the same."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

TWO_DIGITS = 3.55
"""A spread that begins with less keeps two digits, any other one."""


def written(value: float, spread: float | None, usual: int | None = None) -> str:
    """``usual`` decimal places, or else three digits; fewer where the spread leaves fewer standing.

    Halves are rounded up, as browsers do.
    """
    if usual is None:
        size = abs(value)
        if size < 0.995 and value:
            usual = 2 - _power(value)
        else:
            usual = 0 if size >= 99.95 or value == int(value) else 1 if size >= 9.995 else 2
    if spread and (allowed := decimals(value, spread)) < usual:
        return _rounded(value, allowed)
    text = _rounded(value, usual)
    return text.rstrip("0").rstrip(".") if usual > 2 else text


def decimals(value: float, spread: float) -> int:
    """Decimal places of a value known to within ``spread``, as the Particle Data Group rounds.

    Review of Particle Physics (2024), section 5.3. Below 0 for tens and hundreds; one digit of the value always stays.
    """
    power = _power(spread)
    allowed = -power + (1 if spread / 10.0**power < TWO_DIGITS else 0)
    return allowed if value == 0 else max(allowed, -_power(value))


def _rounded(value: float, places: int) -> str:
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def _power(value: float) -> int:
    return math.floor(math.log10(abs(value)))
