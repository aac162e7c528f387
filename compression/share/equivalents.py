"""Figures in things of everyday life, each with its source: ``fits into 5 QR codes``. Torch-free, and pure."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from compression.point import Point
from compression.point.digits import written

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = Path(__file__).with_suffix(".toml")
FEW = 30
"""Things that one can still imagine a pile of."""


class Equivalent(BaseModel):
    """How much of a metric one thing is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    amount: float = Field(gt=0, allow_inf_nan=False)
    one: str
    many: str
    source: str
    year: int = Field(ge=1990, le=2100)


@dataclass(frozen=True)
class Everyday:
    """A figure said in things, and where their size is from."""

    said: str
    source: str


@cache
def equivalents() -> tuple[Equivalent, ...]:
    rows = tomllib.loads(FILE.read_text("utf-8"))["equivalent"]
    return tuple(Equivalent.model_validate(row) for row in rows)


def everyday(point: Point, original: Point | None) -> tuple[Everyday, ...]:
    """What its size and its energy come to, beside the original's."""
    found = (_size(point, original), _energy(point, original))
    return tuple(each for each in found if each is not None)


def _size(point: Point, original: Point | None) -> Everyday | None:
    """In the largest things of which it fills at least one, or in the smallest."""
    size = point.value("size_bytes")
    things = sorted((e for e in equivalents() if e.metric == "size_bytes"), key=lambda e: e.amount)
    if not size or not things:
        return None
    fitting = [thing for thing in things if size > thing.amount and size / thing.amount <= FEW]
    thing = fitting[0] if fitting else things[0] if size <= things[0].amount else things[-1]
    count = math.ceil(size / thing.amount)
    said = f"It fits into {thing.one if count == 1 else f'{count:,} {thing.many}'}"
    before = original.value("size_bytes") if original and point.recipe.steps else None
    beside = f"; the original needs {math.ceil(before / thing.amount):,}" if before else ""
    return Everyday(f"{said}{beside}.", f"{thing.source}, {thing.year}")


def _energy(point: Point, original: Point | None) -> Everyday | None:
    """How many answers the energy of one thing would do for."""
    thing = next((e for e in equivalents() if e.metric == "energy_mj"), None)
    energy = point.value("energy_mj")
    if thing is None or not energy:
        return None
    before = original.value("energy_mj") if original and point.recipe.steps else None
    now = _many(thing.amount / energy)
    beside = f", with the original for {_many(thing.amount / before)}" if before else ""
    if before and _many(thing.amount / before) == now:
        beside = ", as with the original"
    how = point.measurements["energy_mj"].how
    told = " (energy modelled)" if how == "modelled" else ""
    said = f"{thing.one[:1].upper()}{thing.one[1:]} would do for {now} answers{beside}{told}."
    return Everyday(said, f"{thing.source}, {thing.year}")


def _many(count: float) -> str:
    """Two digits: ``4.9 million``."""
    for size, name in ((1e9, " billion"), (1e6, " million"), (1e3, " thousand")):
        if count >= size:
            return f"{float(f'{count / size:.2g}'):g}{name}"
    return written(count, None)
