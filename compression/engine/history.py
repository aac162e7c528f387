"""What a recorded sweep has looked at so far, from the store: read by pages, of running searches and of old ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from pydantic import ValidationError

from compression.errors import LabError
from compression.point import Point
from compression.point.history import Evaluation, History
from compression.point.one_clock import on_one_clock
from compression.recipe import Recipe
from compression.recipe.goal import Goal
from compression.recipe.sweep import GRID, Sweep
from compression.store import Store, SweepRecord
from compression.store.trials import Trial

MOST_RIVALS = 6
"""Other runs of the same space that one is compared with."""


def history_of(sweep: Sweep, store: Store, goal: Goal | None = None) -> History | None:
    """Its evaluations, judged by ``goal`` or its own; None for a search of before histories were kept."""
    judged = goal or sweep.goal
    if judged is None:
        return None
    trials = store.trials.of(sweep.key)
    if not trials and not sweep.is_search:
        trials = tuple(Trial(n, 0, recipe) for n, recipe in enumerate(sweep.recipes()))
    if not trials:
        return None
    keys = {trial.recipe.key for trial in trials}
    points = [point for point in store.known(sweep.model) if point.key in keys]
    shown = on_one_clock(
        [point for point in points if point.stage == "full"], store.original(sweep.model)
    )
    by_key = {point.key: point for point in shown}
    return History(judged, tuple(_evaluations(trials, by_key)))


def at_random(sweep: Sweep) -> Sweep | None:
    """The random sweep of the same space, budget and seeds, which a search has to beat; None where none can be."""
    try:
        return Sweep.parse(
            sweep.model, sweep.steps, points=sweep.points, seed=sweep.seed, seeds=sweep.seeds, sampler="random"
        )  # fmt: skip
    except LabError:
        return None


def random_history(sweep: Sweep, store: Store) -> History | None:
    """What that random sweep has found, as far as it was measured without a gap; None if it wasn't at all.

    Whoever measured its points, and whatever for: a search begins with the first of them.
    """
    drawn = at_random(sweep)
    whole = None if drawn is None else history_of(drawn, store, sweep.goal)
    if whole is None:
        return None
    count = next(
        (n for n, e in enumerate(whole.evaluations) if e.is_awaited), len(whole.evaluations)
    )
    return History(whole.goal, whole.evaluations[:count]) if count else None


def rivals(sweep: Sweep, store: Store) -> list[tuple[SweepRecord, Sweep]]:
    """Other recorded runs that choose over the same space: other samplers, seeds, budgets or limits; newest first."""
    drawn = at_random(sweep)
    same = {sweep.key, *([] if drawn is None else [drawn.key])}
    found = []
    for record in store.sweeps(sweep.model):
        other = sweep_of(record)
        if other is None or other.key in same or other.sampler == GRID:
            continue
        if other.spans_same(sweep):
            found.append((record, other))
    return found[:MOST_RIVALS]


def sweep_of(record: SweepRecord) -> Sweep | None:
    """The recorded sweep; None where this version can't read it, or its weights have changed."""
    try:
        sweep = Sweep.model_validate_json(record.body)
        return sweep if sweep.key == record.key else None
    except (ValidationError, LabError):
        return None


def _evaluations(trials: Sequence[Trial], points: dict[str, Point]) -> Iterable[Evaluation]:
    """The trials of one setting, which follow one another with different seeds, are one evaluation."""
    settings = groupby(trials, key=lambda trial: _setting(trial.recipe))
    for number, (_, group) in enumerate(settings, start=1):
        same = list(group)
        yield Evaluation(
            number=number,
            batch=same[0].batch,
            recipe=same[0].recipe,
            seeds=len(same),
            points=tuple(points[t.recipe.key] for t in same if t.recipe.key in points),
            error=next((t.error for t in same if t.error and t.recipe.key not in points), ""),
            thinking_seconds=sum(trial.thinking_seconds for trial in same),
        )


def _setting(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"seed": 0})
