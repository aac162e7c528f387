"""Ratios in words: a size is exact, a time is only as sure as its interval. Pure text.

Two digits: no interval that is narrow enough to tell a time by (`compression/point/certainty.py`) leaves fewer.
"""

from __future__ import annotations

from compression.point import Measurement, Point
from compression.point.difference import Pace, pace

ONE = 1.05
"""From here on a ratio is written as one: nearer to 1 it would be rounded to 1.0x, and percent say more."""


def size_change(value: float, before: float) -> str:
    """An exact size against another: ``31x smaller``, ``3 % larger``, ``the same size``."""
    if value == before:
        return "the same size"
    return f"{_amount(value, before)} {'smaller' if value < before else 'larger'}"


def count_change(count: int, of: int) -> str:
    """A number of things against another: ``31x fewer than``, ``as many as``."""
    if count == of:
        return "as many as"
    return f"{_amount(count, of)} {'fewer' if count < of else 'more'} than"


def short_change(value: float, before: float) -> str:
    """The same in a figure's subtitle: ``1/31``, ``2.0x``, ``−3 %``, ``the same``."""
    if value == before:
        return "the same"
    times = max(value, before) / min(value, before)
    if times < ONE:
        return f"{'−' if value < before else '+'}{_percent(value, before)}"
    return f"1/{written(times, sign='')}" if value < before else written(times)


def speed_change(speedup: Measurement | None) -> str:
    """A speed against the original's, to be followed by ``than the original``; empty where it is none or unknown."""
    said = pace(speedup)
    if said not in ("faster", "slower") or speedup is None or speedup.value is None:
        return ""
    return f"{written(max(speedup.value, 1 / speedup.value))} {said}"


def speed_alike(speedup: Measurement | None) -> str:
    """What is said of a speed where no number can be: ``about as fast``; empty where one can."""
    return _ALIKE.get(pace(speedup) or "", "")


def speed_figure(speedup: Measurement | None) -> str:
    """A speed as a figure's subtitle: ``1.2x as fast``."""
    said = pace(speedup)
    if said in ("faster", "slower") and speedup is not None and speedup.value is not None:
        return f"{_below_one(speedup.value)} as fast"
    return _ALIKE.get(said or "", "")


def runs(point: Point) -> str:
    """A point's speed inside a sentence: ``runs 1.2x as fast as the original``."""
    speedup = point.measurements.get("speedup")
    said = pace(speedup)
    if said in ("faster", "slower") and speedup is not None and speedup.value is not None:
        return f"runs {_below_one(speedup.value)} as fast as the original"
    return _RUNS[said or "unknown"]


def time_change(metric: str, point: Point, original: Point) -> str:
    """A duration or an energy as a figure's subtitle: as sure as the speed-up that it was worked out from."""
    speedup = point.measurements.get("speedup")
    if metric == "latency_ms":
        return speed_figure(speedup)
    said = pace(speedup)
    value, before = point.value(metric), original.value(metric)
    if said is None or not value or not before or value <= 0 or before <= 0:
        return ""
    if said in ("faster", "slower"):
        return short_change(value, before)
    return "about the same" if said == "level" else "not certain"


def written(times: float, sign: str = "x") -> str:
    return f"{times:.0f}{sign}" if times >= 9.95 else f"{times:.1f}{sign}"


_ALIKE: dict[Pace | str, str] = {
    "level": "about as fast",
    "unknown": "speed not certain",
    "surely faster": "faster, not certain by how much",
    "surely slower": "slower, not certain by how much",
}
_RUNS: dict[Pace | str, str] = {
    "level": "runs about as fast as the original",
    "unknown": "may or may not be faster than the original: its timing is not certain",
    "surely faster": "runs faster than the original, not certain by how much",
    "surely slower": "runs slower than the original, not certain by how much",
}


def _below_one(speedup: float) -> str:
    """1/1.25 is 0.8x: with two digits where one would read 0.0 or 1.0."""
    return written(speedup) if speedup > 1 else f"{speedup:.2g}x"


def _amount(value: float, before: float) -> str:
    times = max(value, before) / min(value, before)
    return written(times) if times >= ONE else _percent(value, before)


def _percent(value: float, before: float) -> str:
    share = 100 * abs(value - before) / before
    return f"{share:.0f} %" if share >= 0.95 else f"{share:.1g} %"
