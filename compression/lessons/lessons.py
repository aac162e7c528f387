"""The lessons there are, in the order in which they are taught: one line each."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from compression.errors import unknown
from compression.lessons.content import Lesson

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).parents[2] / "assets" / "lessons"

LESSONS: tuple[str, ...] = (
    "quantization",
    "pruning",
    "distillation",
    "slicing",
    "search",
    "trade-off",
    "representation",
    "hardware",
    "robustness",
)
"""The first five are techniques, the others what all of them have to do with."""


def lesson(name: str) -> Lesson:
    """UsageError for a name that is none."""
    if name not in LESSONS:
        raise unknown("lesson", name, LESSONS)
    return _read(name)


def lessons() -> tuple[Lesson, ...]:
    return tuple(_read(name) for name in LESSONS)


@cache
def _read(name: str) -> Lesson:
    given = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    return Lesson.model_validate({"id": name, **given})
