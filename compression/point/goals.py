"""A search's goal from names of metrics, and what became of it in words. Torch-free.

A search is never told the test set: where a quality is measured on validation examples too, that is its objective.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compression.errors import UsageError, unknown
from compression.point.metrics import METRICS, Metric
from compression.point.point import Point
from compression.point.quality import quality_of
from compression.recipe.goal import MAX_OBJECTIVES, Goal, Limit, Objective

SIZE = "size_bytes"


def goal_of(
    model: str, objectives: Sequence[str] = (), limits: Mapping[str, float] | None = None
) -> Goal:
    """The model's quality against its size, unless other metrics are named; each limit on its metric's worse side."""
    named = objectives or (quality_of(model).field, SIZE)
    for name in (*named, *(limits or {})):
        _require_measured(name)
    metrics = dict.fromkeys(judged(name) for name in named)
    if len(metrics) > MAX_OBJECTIVES:
        raise UsageError(
            f"A search has at most {MAX_OBJECTIVES} objectives, not {len(metrics)}: give the others a limit."
        )
    bounds = {judged(name): bound for name, bound in (limits or {}).items()}
    for name, bound in bounds.items():
        if not abs(bound) < float("inf"):
            raise UsageError(f"The limit {name}={bound} can't be: give a finite number.")
    return Goal(
        objectives=tuple(
            Objective(metric=name, better=METRICS[name].better, log=METRICS[name].axis == "log")
            for name in metrics
        ),
        limits=tuple(
            Limit(metric=name, better=METRICS[name].better, bound=bound)
            for name, bound in bounds.items()
        ),
    )


def judged(name: str) -> str:
    """The metric that a search looks at in the place of this one: a quality on validation in that of the test set's."""
    if name not in METRICS:
        raise unknown("metric", name, METRICS)
    return next((row.field for row in METRICS.values() if row.chooses == name), name)


def _require_measured(name: str) -> None:
    """UsageError for a guard: it is found out on the test set, which is to have no say in a search."""
    if name in METRICS and METRICS[name].is_guard:
        raise UsageError(
            f"{name} can't steer a search: it is found out of points later, on the test set; search without it, then "
            f"set it on what was found, as in `python -m compression front --max flips=0.05`."
        )


def in_words(goal: Goal) -> str:
    """``validation accuracy against size, with size at most 20 kB``."""
    aims = " against ".join(_lower(METRICS[aim.metric]) for aim in goal.objectives)
    bounds = " and ".join(map(limit_in_words, goal.limits))
    return f"{aims}, with {bounds}" if bounds else aims


def unmet(goal: Goal, points: Sequence[Point]) -> str:
    """Which limit no point keeps, by how much, and which point comes closest; empty where one keeps them all."""
    judged_points = [(p, excess) for p in points if (excess := goal.excess(p)) is not None]
    if not goal.limits or not judged_points:
        return ""
    if any(max(excess) <= 0 for _, excess in judged_points):
        return ""
    closest, broken = min(judged_points, key=lambda pair: sum(max(0.0, e) for e in pair[1]))
    never = [
        limit
        for number, limit in enumerate(goal.limits)
        if all(excess[number] > 0 for _, excess in judged_points)
    ]
    if never:
        said = f"No point has {' nor '.join(map(limit_in_words, never))}"
    else:
        every = ", ".join(map(limit_in_words, goal.limits))
        said = f"No point keeps all limits at once ({every}), though each is kept by some"
    by = [
        f"{_lower(METRICS[limit.metric])} {METRICS[limit.metric].text(closest.value(limit.metric))}, "
        f"{_beyond(limit, excess)}"
        for limit, excess in zip(goal.limits, broken, strict=True)
        if excess > 0
    ]
    return f"{said}. The closest is {closest.recipe.describe()}: {'; '.join(by)}."


def limit_in_words(limit: Limit) -> str:
    """``size at most 20 kB``."""
    metric = METRICS[limit.metric]
    at = "at most" if limit.better == "lower" else "at least"
    return f"{_lower(metric)} {at} {metric.text(limit.bound)}"


def _beyond(limit: Limit, excess: float) -> str:
    if limit.better == "higher":
        return f"{100 * excess:.2g} % below the limit"
    return (
        f"{1 + excess:.3g} times the limit"
        if excess >= 1
        else f"{100 * excess:.2g} % over the limit"
    )


def _lower(metric: Metric) -> str:
    return metric.label[:1].lower() + metric.label[1:]
