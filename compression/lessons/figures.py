"""Figures for a lesson's texts: each is looked up in a measured point, and none is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from compression.errors import UsageError
from compression.lessons.content import Lesson, Named
from compression.models.catalogue import model_card
from compression.point import METRICS, Point
from compression.point.difference import pace
from compression.point.lost import points_lost
from compression.recipe import Recipe

PLACE = re.compile(r"\{([\w.=:,-]+)\}")
"""A figure in a text: ``{nearest.accuracy}``."""

Known = Callable[[str], Mapping[str, Point]]
"""The points of a model by key."""

ORIGINAL = "original"


@dataclass(frozen=True)
class Seen:
    """A figure: its value, the ends of its interval or of its seeds, each seed's value, and how it is written."""

    value: float
    text: str
    low: float | None = None
    high: float | None = None
    each: tuple[float, ...] = ()


@dataclass(eq=False)
class Figures:
    """Looks figures up; ``facts`` are those that the lesson's pictures have found out besides."""

    lesson: Lesson
    known: Known
    facts: dict[str, str] = field(default_factory=dict)

    def fill(self, text: str, more: Mapping[str, str] | None = None) -> str:
        """The text with every figure in its place."""
        facts = {**self.facts, **(more or {})}
        return PLACE.sub(lambda found: facts.get(found[1]) or self.text(found[1]), text.strip())

    def text(self, ref: str) -> str:
        """How a figure is written: ``name.metric``, ``name.knob``, ``name.lost``, ``name.above.other``."""
        name, _, what = ref.partition(".")
        if ref in self.facts:
            return self.facts[ref]
        if name == "model":
            return _titles(self.lesson.model)[what]
        words = {
            "lost": self._lost,
            "smaller": self._smaller,
            "slower": self._slower,
            "pace": self._pace,
        }
        if what in words:
            return words[what](name)
        if what.startswith("above."):
            other = what.removeprefix("above.")
            return _points(100 * (self.quality(name).value - self.quality(other).value))
        if what.endswith(".range"):
            seen = self.seen(f"{name}.{what.removesuffix('.range')}")
            return METRICS[what.removesuffix(".range")].interval(min(seen.each), max(seen.each))
        return self.seen(ref).text if what in METRICS else self._knob(name, what)

    def seen(self, ref: str) -> Seen:
        """A metric of a named recipe; of several seeds their mean."""
        name, _, metric = ref.partition(".")
        points = self.points(name)
        if len(points) == 1:
            found = points[0].measurements.get(metric)
            if found is None or found.value is None:
                raise UsageError(f"{ref} was not measured.")
            return Seen(found.value, points[0].text(metric), found.low, found.high, (found.value,))
        each = tuple(value for p in points if (value := p.value(metric)) is not None)
        text = METRICS[metric].text(fmean(each), min(each), max(each))
        return Seen(fmean(each), text, min(each), max(each), each)

    def quality(self, name: str) -> Seen:
        return self.seen(
            f"{name}.{model_card(self._named(name).model or self.lesson.model).data.metric}"
        )

    def point(self, name: str) -> Point:
        return self.points(name)[0]

    def points(self, name: str) -> Sequence[Point]:
        named = self._named(name)
        model = named.model or self.lesson.model
        return [self.measured(model, named.steps.split(), seed) for seed in named.seeds]

    def measured(self, model: str, steps: Sequence[str], seed: int = 0) -> Point:
        """The point of a recipe; UsageError where there is none."""
        recipe = Recipe.build(model, steps, seed=seed)
        point = self.known(recipe.model).get(recipe.key)
        if point is None:
            raise UsageError(
                f"{recipe.describe()} of {model} has not been measured: bundle its points."
            )
        return point

    def _named(self, name: str) -> Named:
        if name == ORIGINAL:
            return Named(steps="")
        if name not in self.lesson.points:
            raise UsageError(f"The lesson {self.lesson.id} names no recipe {name!r}.")
        return self.lesson.points[name]

    def _lost(self, name: str) -> str:
        lost = points_lost(self.point(name), self.point(ORIGINAL))
        return _points(lost or 0.0)

    def _smaller(self, name: str) -> str:
        return _times(
            self.seen(f"{ORIGINAL}.size_bytes").value / self.seen(f"{name}.size_bytes").value
        )

    def _slower(self, name: str) -> str:
        return _times(
            self.seen(f"{name}.latency_ms").value / self.seen(f"{ORIGINAL}.latency_ms").value
        )

    def _pace(self, name: str) -> str:
        told = pace(self.point(name).measurements.get("speedup")) or "unknown"
        return told.removeprefix("surely ")

    def _knob(self, name: str, knob: str) -> str:
        for step in reversed(self.point(name).recipe.steps):
            if (value := getattr(step, knob, None)) is not None:
                is_share = isinstance(value, float) and 0 < value < 1
                return (
                    f"{100 * value:g} %"
                    if is_share
                    else f"{value:g}"
                    if isinstance(value, float)
                    else str(value)
                )
        raise UsageError(f"{name} has no figure and no knob {knob!r}.")


def _titles(model: str) -> Mapping[str, str]:
    card = model_card(model)
    return {
        "title": card.title,
        "data": card.data.title,
        "classes": str(len(card.data.classes)),
    }


def _points(value: float) -> str:
    return f"{abs(value):.1f} points"


def _times(value: float) -> str:
    return METRICS["speedup"].text(value)
