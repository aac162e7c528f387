"""A lesson with every figure in its place: plain JSON that the browser, or a static site, draws."""

from __future__ import annotations

from typing import Any

from compression.errors import UsageError
from compression.lessons.content import Choice, Curve, Lesson, Slider, Steps
from compression.lessons.figures import ORIGINAL, Figures, Known
from compression.lessons.lessons import LESSONS, lesson
from compression.lessons.measured import picture, series, ticks
from compression.lessons.pictures import PICTURES, Shown
from compression.lessons.shipped import shipped
from compression.point import METRICS
from compression.point.metrics import FORMATS
from compression.recipe import Recipe


def resolved(name: str, known: Known = shipped) -> dict[str, Any]:
    """All that is drawn of a lesson; UsageError for a name that is none, or where a point is missing."""
    told = lesson(name)
    figures = Figures(told, known)
    shown = {picture: PICTURES[picture](figures) for picture in _pictures(told)}
    for each in shown.values():
        figures.facts.update(each.facts)
    at = LESSONS.index(name)
    following = lesson(LESSONS[(at + 1) % len(LESSONS)])
    return {
        "id": told.id,
        "technique": told.technique,
        "title": told.title,
        "question": figures.fill(told.tile),
        "who": figures.fill(told.who),
        "story": figures.fill(told.story),
        "predict": _prediction(figures, told, shown),
        "reveal": figures.fill(told.reveal),
        "steps": [_steps(figures, step, shown[step.picture]) for step in told.steps],
        "check": {
            "ask": figures.fill(told.check.ask),
            "replies": [
                {"text": figures.fill(r.text), "right": r.right, "answer": figures.fill(r.answer)}
                for r in told.check.replies
            ],
        },
        "take": figures.fill(told.take),
        "papers": [paper.model_dump() for paper in told.papers],
        "lab": {"say": figures.fill(told.lab.say), "model": told.model, "steps": told.lab.steps.split()},
        "next": {"id": following.id, "title": following.title},
        "sources": _sources(figures, told),
    }  # fmt: skip


def question_of(name: str, known: Known = shipped) -> str:
    """A lesson's question in one sentence, for a tile."""
    return Figures(lesson(name), known).fill(lesson(name).tile)


def _pictures(told: Lesson) -> list[str]:
    """The named ones that a lesson shows, each once."""
    names = [step.picture for step in told.steps]
    if not isinstance(told.predict, Curve) and told.predict.picture.named:
        names.append(told.predict.picture.named)
    return list(dict.fromkeys(names))


def _prediction(figures: Figures, told: Lesson, shown: dict[str, Shown]) -> dict[str, Any]:
    asked = told.predict
    common = {"kind": asked.kind, "ask": figures.fill(asked.ask)}
    if isinstance(asked, Curve):
        return {
            **common,
            "x": figures.fill(asked.x), "y": figures.fill(asked.y), "unit": asked.unit, "ticks": ticks(figures, asked),
            "low": asked.low, "high": asked.high, "given": asked.given,
            "measured": series(figures, asked, asked.measured),
            "beside": [series(figures, asked, each) for each in asked.beside],
        }  # fmt: skip
    drawn = picture(figures, asked.picture)
    if isinstance(asked, Slider):
        factor, unit = _scale(asked)
        value = _number(figures, asked.truth, shown)
        return {
            **common, "low": asked.low, "high": asked.high, "step": asked.step, "start": asked.start,
            "unit": unit, "truth": factor * value, "text": figures.text(asked.truth), "picture": drawn,
        }  # fmt: skip
    return {
        **common,
        "options": _options(figures, asked),
        "right": _right(figures, asked),
        "picture": drawn,
    }


def _options(figures: Figures, asked: Choice) -> list[dict[str, str]]:
    return [{"id": each.id, "text": figures.fill(each.text)} for each in asked.options]


def _right(figures: Figures, asked: Choice) -> str:
    """The option that was measured to be so; UsageError where none of them was."""
    found = figures.text(asked.right)
    if found not in {option.id for option in asked.options}:
        raise UsageError(f"{asked.right} is {found!r}, which is none of the lesson's options.")
    return found


def _number(figures: Figures, ref: str, shown: dict[str, Shown]) -> float:
    numbers = {name: value for each in shown.values() for name, value in each.numbers.items()}
    return numbers[ref] if ref in numbers else figures.seen(ref).value


def _scale(asked: Slider) -> tuple[float, str]:
    """What a value is multiplied by, and the unit behind it."""
    if asked.style == "percent":
        return 100.0, " %"
    if asked.style in FORMATS:
        return 1.0, "x" if asked.style == "ratio" else ""
    return 1.0, f" {asked.style}"


def _steps(figures: Figures, asked: Steps, shown: Shown) -> dict[str, Any]:
    last = len(shown.frames) - 1
    words = [
        asked.first if at == 0 else asked.last if asked.last and at == last else asked.each
        for at in range(last + 1)
    ]
    return {
        "title": figures.fill(asked.title),
        "say": figures.fill(asked.say),
        "panels": list(shown.panels),
        "frames": [
            {"say": figures.fill(text, frame.values), "show": list(frame.show)}
            for text, frame in zip(words, shown.frames, strict=True)
        ],
    }


def _sources(figures: Figures, told: Lesson) -> list[dict[str, str]]:
    """The points behind the texts, by key: what was measured, where, and on how many examples."""
    found = []
    for name in (ORIGINAL, *told.points):
        for point in figures.points(name):
            recipe: Recipe = point.recipe
            found.append({
                "key": point.key, "model": recipe.model, "recipe": recipe.describe(),
                "accuracy": f"{METRICS['accuracy'].label} {point.text('accuracy')}", "how": point.origin,
            })  # fmt: skip
    return found
