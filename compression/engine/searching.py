"""What a search needs of the engine: a worker that says where to look, points to begin with, words at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import moocore
import numpy as np
from pydantic import ValidationError

from compression.engine.jobs import Job, Stage
from compression.errors import LabError
from compression.point import Point
from compression.point.goals import unmet
from compression.point.one_clock import on_one_clock
from compression.recipe import Recipe
from compression.recipe.proposals import Proposal
from compression.recipe.sweep import Sweep
from compression.store import Store

MOST_KNOWN = 100
"""Points that a search begins with: half of them the best, half some of the others, which say what is bad."""


class ProposalJob(Job):
    """A question for `compression.recipe.proposals`: Optuna, and torch with it, stay out of the process that asks."""

    def __init__(self, question: str) -> None:
        super().__init__(f"propose-{hashlib.sha256(question.encode()).hexdigest()[:16]}")
        self._call = ["propose", question]

    def call(self, stage: Stage) -> list[str]:
        return self._call

    def read(self, text: str) -> Proposal:
        return Proposal.model_validate_json(text)

    @property
    def failure(self) -> str:
        return "The search could not say where to look next"


def begun(sweep: Sweep, store: Store) -> Sweep:
    """The sweep with the points named that it begins with; one that was begun before keeps those it began with."""
    if not sweep.warm or sweep.known:
        return sweep
    if (before := _recorded(sweep.key, store)) is not None:
        return before
    measured = [point for point in store.known(sweep.model) if point.origin != "elsewhere"]
    known = _chosen(measured, sweep)
    return sweep.model_copy(update={"known": tuple(point.key for point in known)})


def known_points(sweep: Sweep, store: Store) -> list[Point]:
    """Those that a search begins with, as far as they are still there."""
    by_key = {point.key: point for point in store.known(sweep.model)}
    points = [by_key[key] for key in sweep.known if key in by_key]
    return on_one_clock(points, store.original(sweep.model))


def measured_points(sweep: Sweep, recipes: Iterable[Recipe], store: Store) -> Iterable[Point]:
    """What became of recipes that a sweep asked for, without those that could not be measured.

    Read only by a sampler that looks at them.
    """
    points = (point for recipe in recipes if (point := store.get(recipe.key)) is not None)
    return on_one_clock(list(points), store.original(sweep.model)) if sweep.is_search else points


def replayed(sweep: Sweep, store: Store) -> tuple[Recipe, ...]:
    """What a sweep has asked for so far, from the points that are there; a batch without any was not asked for yet."""
    sampler, asked = sweep.new_sampler(), tuple[Recipe, ...]()
    if sweep.known:
        sampler.tell(known_points(sweep, store))
    while recipes := sampler.ask():
        points = list(measured_points(sweep, recipes, store))
        if not points:
            break
        asked += recipes
        sampler.tell(points)
    return asked


def last_words(sweep: Sweep, recipes: Sequence[Recipe], store: Store) -> str:
    """What a search has to say at its end: that its space was too small, or its limits too tight."""
    if sweep.goal is None:
        return ""
    said = [unmet(sweep.goal, list(measured_points(sweep, recipes, store)))]
    if len(recipes) < len(sweep):
        said.append(_all_there_is(len(recipes), len(sweep.known)))
    return " ".join(filter(None, said))


def _all_there_is(found: int, known: int) -> str:
    there = "there is only 1 recipe" if found == 1 else f"there are only {found:,} recipes"
    words = f"besides the {known:,} known before {there}" if known else there
    return f"{words[0].upper()}{words[1:]} whose knobs go together."


def _recorded(key: str, store: Store) -> Sweep | None:
    """The sweep as it was first begun; None if it never was, or can't be read."""
    record = store.sweep(key)
    try:
        return None if record is None else Sweep.model_validate_json(record.body)
    except (ValidationError, LabError):
        return None


def _chosen(points: Sequence[Point], sweep: Sweep) -> Sequence[Point]:
    goal = sweep.goal
    assert goal is not None  # only a search is warm
    usable = [
        (point, costs, excess)
        for point in points
        if point.stage == "full"
        and sweep.holds(point.recipe)
        and (costs := goal.costs(point)) is not None
        and (excess := goal.excess(point)) is not None
    ]
    if not usable:
        return ()
    ranks = moocore.pareto_rank(np.array([costs for _, costs, _ in usable]))
    broken = [sum(max(0.0, share) for share in excess) for *_, excess in usable]
    order = sorted(range(len(usable)), key=lambda i: (broken[i], ranks[i], usable[i][0].key))
    best_first = [usable[index][0] for index in order]
    if len(best_first) <= MOST_KNOWN:
        return best_first
    half = MOST_KNOWN // 2
    rest = best_first[half:]
    return [*best_first[:half], *(rest[i * len(rest) // half] for i in range(half))]
