"""A memo's content as values: all that its formats write, each figure read off its point once."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compression.decide import Decision, Question, decide
from compression.devices import device_named, seen_on
from compression.models.catalogue import model_card
from compression.point import METRICS, Point, axis_costs
from compression.point.certainty import is_timed
from compression.point.lost import points_lost
from compression.point.pareto import front
from compression.recipe import step_words
from compression.share.memo.harms import Harms
from compression.share.memo.positions import Slider, slider_of

VERDICTS = {
    "pass": "Pass",
    "fail": "Fail",
    "needs review": "Needs review",
}

HOW = {
    "measured": "measured",
    "modelled": "modelled",
    "bundled": "bundled",
    "elsewhere": "measured elsewhere",
}
MEANS = (
    "Bundled: measured on the project's own machine and shipped with it. Modelled: worked out from other figures, not "
    "measured."
)


@dataclass(frozen=True)
class FigureRow:
    """One figure of the choice beside the original's, as they are written."""

    label: str
    value: str
    interval: str
    original: str
    how: str
    note: str


@dataclass(frozen=True)
class Memo:
    """All that is written of one decision; ``points`` are the full ones that it was made among."""

    title: str
    decision: Decision
    points: tuple[Point, ...]
    slider: Slider
    harms: Harms | None
    made: date

    @property
    def question(self) -> Question:
        return self.decision.question

    @property
    def shown(self) -> Point | None:
        """The choice; where there is none, what comes closest."""
        miss = self.decision.closest_miss
        return self.decision.choice or (miss.point if miss else None)

    @property
    def is_taken(self) -> bool:
        """Whether the point that is shown is the answer; else it is what comes closest."""
        return self.decision.choice is not None and self.decision.verdict != "fail"

    @property
    def figures(self) -> tuple[FigureRow, ...]:
        """Quality, then the costs that the question speaks of, then all others that were measured."""
        point = self.shown
        return () if point is None else figures_of(point, self.decision.original, self.question)

    @property
    def command(self) -> str:
        """What measures the choice again."""
        point = self.shown
        if point is None:
            return self.question.command
        recipe = point.recipe
        seed = ["--seed", str(recipe.seed)] if recipe.seed else []
        words = [
            "python",
            "-m",
            "compression",
            "run",
            recipe.model,
            *step_words(recipe.steps),
            *seed,
        ]
        return shlex.join(words)

    @property
    def compare_command(self) -> str:
        """What finds out who loses by the choice."""
        return self.command.replace("compression run", "compression compare", 1)

    @property
    def place(self) -> str:
        """Where and with what it was measured."""
        point = self.shown
        if point is None:
            return ""
        e = point.environment
        versions = ", ".join(f"{name} {version}" for name, version in e.versions.items())
        threads = f"{e.threads} thread{'' if e.threads == 1 else 's'}"
        parts = (e.machine, threads, f"Python {e.python}", versions, f"{point.created:%Y-%m-%d}")
        return ", ".join(filter(None, parts))

    @property
    def is_on_front(self) -> bool:
        """Whether nothing that was measured is both cheaper and better by what chooses."""
        choice = self.decision.choice
        return choice is not None and choice.key in {
            point.key for point in front(self.points, self.question.axis)
        }

    def lost(self, point: Point) -> float | None:
        """What it loses on the test set, in points."""
        original = self.decision.original
        return None if original is None else points_lost(point, original)


def memo_of(
    points: Sequence[Point],
    original: Point | None,
    question: Question,
    *,
    harms: Harms | None = None,
    made: date | None = None,
) -> Memo:
    """Decide, and gather what is to be said of it."""
    decision = decide(points, original, question)
    card, seen = model_card(question.model), points
    if question.device is not None and original is not None:
        seen = seen_on(device_named(question.device), points, original)
    return Memo(
        title=f"{card.title} on {card.data.title}",
        decision=decision,
        points=tuple(p for p in seen if p.stage == "full" and p.quality is not None),
        slider=slider_of(points, original, decision),
        harms=harms if harms and decision.choice and harms.key == decision.choice.key else None,
        made=made or date.today(),
    )


def head(label: str) -> str:
    """A label that stands in sentences, at the head of a row."""
    return f"{label[:1].upper()}{label[1:]}"


def figures_of(point: Point, original: Point | None, question: Question) -> tuple[FigureRow, ...]:
    """Each measured figure once: quality first, then what was asked about, then the cards', then the rest."""
    first = [question.quality.field, question.axis, *question.limits, *question.guards]
    costs = [metric.field for metric in axis_costs()]
    order = [
        name for name in dict.fromkeys([*first, *costs, *METRICS]) if point.value(name) is not None
    ]
    return tuple(_row(name, point, original) for name in order)


def _row(name: str, point: Point, original: Point | None) -> FigureRow:
    metric, m = METRICS[name], point.measurements[name]
    before = "" if original is None or original.value(name) is None else original.text(name)
    note = m.note if is_timed(name) or m.how in ("modelled", "elsewhere") else ""
    return FigureRow(
        metric.label, point.text(name), metric.interval(m.low, m.high), before, HOW[m.how], note
    )
