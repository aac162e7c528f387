"""How many watts one busy core of this machine takes, and how we know: without a counter this is an assumption."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from compression.errors import UsageError
from compression.measure.environment import processor_name

VARIABLE = "COMPACT_WATTS"
DEFAULT_WATTS = 5.0


@dataclass(frozen=True)
class Power:
    """Watts of one busy core, and in words where the figure comes from."""

    watts: float
    source: str


@dataclass(frozen=True)
class _Family:
    """A family of processors: its thermal design power and cores, as the vendor's product page gives them."""

    pattern: str
    name: str
    watts: float
    cores: int

    def power(self) -> Power:
        share = self.watts / self.cores
        source = f"assumed: like {self.name}, {self.watts:g} W for {self.cores} cores by its maker"
        return Power(round(share, 2), source)


# One member stands for its family. A package's design power is for all cores at once, so that a core's share of it is
# right within a factor of about two. Apple gives none: its figure is a Mac mini's most, as its support pages list it.
_FAMILIES = (
    _Family(r"EPYC 9\d{3}", "AMD EPYC 9554", 360, 64),
    _Family(r"EPYC 7\d\d2", "AMD EPYC 7742", 225, 64),
    _Family(r"EPYC", "AMD EPYC 7763", 280, 64),
    _Family(r"Ryzen", "AMD Ryzen 7 5800X", 105, 8),
    _Family(r"Xeon.* Platinum 8[34]\d\d", "Intel Xeon Platinum 8380", 270, 40),
    _Family(r"Xeon.* (Platinum|Gold)", "Intel Xeon Platinum 8280", 205, 28),
    _Family(r"Xeon", "Intel Xeon E5-2680 v4", 120, 14),
    _Family(r"Core.* i\d-[5-9]\d{3}U", "Intel Core i7-8550U", 15, 4),
    _Family(r"Core.* i\d-\d{4,5}(U|P|G\d)", "Intel Core i7-1165G7", 28, 4),
    _Family(r"Core.* i\d-\d{4,5}", "Intel Core i7-10700", 65, 8),
    _Family(r"Apple M\d", "Apple Mac mini with M1", 39, 8),
)


def power_of_this_machine(
    processor: str | None = None, settings: Mapping[str, str] | None = None
) -> Power:
    """The watts of one core: set in COMPACT_WATTS, else the processor family's, else a default.

    Raises UsageError where COMPACT_WATTS isn't a number of watts.
    """
    given = (os.environ if settings is None else settings).get(VARIABLE, "").strip()
    if given:
        return Power(_watts(given), f"set in {VARIABLE}")
    name = processor_name() if processor is None else processor
    for family in _FAMILIES:
        if re.search(family.pattern, name):
            return family.power()
    return Power(DEFAULT_WATTS, f"assumed: {DEFAULT_WATTS:g} W a core, since {name} is in no table")


def _watts(text: str) -> float:
    try:
        watts = float(text)
    except ValueError:
        watts = math.nan
    if not 0 < watts <= 1000:
        raise UsageError(
            f"{VARIABLE}={text[:20]!r} is no number of watts: give what one busy core takes, "
            "more than 0 and at most 1000, as in 4.5."
        )
    return watts
