"""A sweep in words: what it is called until its user names it."""

from __future__ import annotations

from compression.engine import SweepProgress
from compression.errors import LabError
from compression.point import goals
from compression.recipe import parse_step
from compression.recipe.options import CHOICE, RANGE
from compression.recipe.samplers import SAMPLERS
from compression.recipe.sweep import GRID, Sweep
from compression.store import SweepRecord
from compression.techniques import TECHNIQUES
from compression.techniques.step import Knob

FEW = 5
"""Values that are listed one by one."""


def title_of(record: SweepRecord, sweep: Sweep | None) -> str:
    """Its name; until it has one, what it varies."""
    if record.name:
        return record.name
    return f"A sweep of {record.total:,} points" if sweep is None else in_words(sweep)


def in_words(sweep: Sweep) -> str:
    """``Pruning: sparsity 0 to 0.9 (bias), then quantization: bits 2, 4``: the knobs that vary."""
    said = ", then ".join(map(_step, sweep.steps))
    seeds = f"; seeds {', '.join(map(str, sweep.seeds))}" if len(sweep.seeds) > 1 else ""
    how = "" if sweep.sampler == GRID else f"; {SAMPLERS[sweep.sampler].title}"
    limits = "" if sweep.goal is None else f" for {goals.in_words(sweep.goal)}"
    return f"{said[:1].upper()}{said[1:]}{seeds}{how}{limits}"


def ended(progress: SweepProgress, said: str) -> str:
    """What became of a sweep that is over: ``Sweep finished: 7 of 9 points, 2 failed.``"""
    return f"{said}: {progress.done} of {progress.total} points{failures(progress)}. {progress.message}".strip()


def failures(progress: SweepProgress) -> str:
    return f", {progress.failed} failed" if progress.failed else ""


def _step(text: str) -> str:
    """Knobs that stay are left out, unless none varies."""
    name, _, rest = text.partition(":")
    technique = TECHNIQUES.get(name)
    if technique is None:
        return text
    given = dict(part.partition("=")[::2] for part in rest.split(",") if "=" in part)
    free = {n: value for n, value in given.items() if CHOICE in value or RANGE in value}
    label = technique.label.lower()
    if not free:
        return f"{label} ({_fixed(text)})"
    knobs = {knob.name: knob for knob in technique.knobs()}
    varied = (_knob(knobs[n], value) for n, value in free.items() if n in knobs)
    return f"{label}: {', '.join(varied)}"


def _knob(knob: Knob, value: str) -> str:
    if CHOICE in value:
        values = [part.strip() for part in value.split(CHOICE)]
        if len(values) <= FEW or knob.low is None:
            return f"{knob.label.lower()} {', '.join(values)}"
        return f"{knob.label.lower()} {values[0]} to {values[-1]} ({len(values)} values)"
    if knob.low is None or knob.high is None:
        return f"every {knob.label.lower()}"
    low, _, high = (part.strip() for part in value.partition(RANGE))
    return f"{knob.label.lower()} {low or f'{knob.low:g}'} to {high or f'{knob.high:g}'}"


def _fixed(text: str) -> str:
    try:
        return parse_step(text).describe()
    except LabError:  # of another version, or damaged
        return text
