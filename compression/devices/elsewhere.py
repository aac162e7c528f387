"""Times of points measured elsewhere, on a board farm say: read from a CSV, kept in the home folder's ``devices``.

Columns are device, model, steps (as our own tables of points have them), a latency in ms, us or s, and what source
says who measured it; seed may stand beside.
"""

from __future__ import annotations

import csv
import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compression.devices import kept
from compression.errors import LabError, UsageError, reason_of, short
from compression.home import home
from compression.recipe import Recipe

UNITS = {"latency_ms": 1.0, "latency_us": 1e-3, "latency_s": 1e3}
NEEDED = ("device", "model", "steps", "source")
MOST = 10_000


@dataclass(frozen=True)
class Time:
    """One measured time of a recipe's model on a device."""

    device: str
    key: str
    latency_ms: float
    source: str


def file() -> Path:
    return home() / "devices" / "elsewhere.json"


def read_times(source: Path) -> tuple[Time, ...]:
    """The rows of a CSV; UsageError names the first that can't be."""
    try:
        with source.open(newline="", encoding="utf-8-sig") as opened:
            reader = csv.DictReader(opened)
            heads = [head.strip() for head in reader.fieldnames or ()]
            unit = _unit(source, heads)
            rows = [dict(zip(heads, row.values(), strict=False)) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{source.name} can't be read: {reason_of(error)}.") from None
    if not 0 < len(rows) <= MOST:
        raise UsageError(f"{source.name} has {len(rows)} rows: give 1 to {MOST:,}.")
    return tuple(_time(source, number, row, unit) for number, row in enumerate(rows, start=2))


def keep(times: tuple[Time, ...]) -> None:
    """Beside those kept before; a newer time of the same replaces an older one."""
    known = kept.read(file())
    for time in times:
        each = known.setdefault(time.device, {})
        each[time.key] = {"latency_ms": time.latency_ms, "source": time.source}
    kept.write(file(), known, "The times")


def times_on(device: str) -> Mapping[str, tuple[float, str]]:
    """What is kept for a device: milliseconds and source, by the key of the point."""
    try:
        return {
            str(key): (float(each["latency_ms"]), str(each["source"]))
            for key, each in kept.read(file()).get(device, {}).items()
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}


def _unit(source: Path, heads: list[str]) -> str:
    missing = [name for name in NEEDED if name not in heads]
    if missing:
        raise UsageError(
            f"{source.name} has no column {' and none '.join(missing)}: it needs {', '.join(NEEDED)} and a latency."
        )
    units = [name for name in UNITS if name in heads]
    if len(units) != 1:
        raise UsageError(
            f"{source.name} needs one column of {', '.join(UNITS)}, which says the unit: it has {len(units)}."
        )
    return units[0]


def _time(source: Path, number: int, row: Mapping[str, Any], unit: str) -> Time:
    where = f"{source.name}, row {number}"
    try:
        latency_ms = float(row[unit]) * UNITS[unit]
    except (TypeError, ValueError):
        latency_ms = math.nan
    if not 0 < latency_ms < math.inf:
        raise UsageError(f"{where}: {unit} = {short(row[unit], 20)} is no time above 0.")
    try:
        steps = shlex.split(row["steps"] or "")
        seed = int(row.get("seed") or 0)
        recipe = Recipe.build(str(row["model"]), steps, seed)
    except (LabError, ValueError) as error:
        raise UsageError(f"{where}: {reason_of(error)}") from None
    said = short(row["source"], 100).strip()
    if not said:
        raise UsageError(f"{where}: say in source who measured it.")
    return Time(str(row["device"]).strip(), recipe.key, latency_ms, said)
