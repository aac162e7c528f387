"""A network placed by hand against what a search has found: on its front, or beaten by what and how far. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compression.point.difference import difference
from compression.point.history import Evaluation, History
from compression.point.hypervolume import hypervolume
from compression.point.metrics import METRICS
from compression.point.point import Point
from compression.recipe.goal import Objective


@dataclass(frozen=True)
class Placed:
    """``by`` is the network of the search that beats it, None where none does."""

    by: Evaluation | None
    gains: tuple[str, ...] = ()
    """What that network is better in and by how much; in the rest it is as good."""
    adds: float = 0.0
    """By which share the search's hypervolume would grow with this network, where none beats it."""
    was_found: bool = False
    """The search has found this very network."""
    breaks: bool = False
    """It breaks a limit of the search."""


def placed(point: Point, history: History, reference: Sequence[float]) -> Placed | None:
    """None where one of the objectives was not measured, or the search has found nothing yet."""
    own = history.goal.costs(point)
    if own is None or not history.front:
        return None
    if history.costs_of(point) is None:
        return Placed(by=None, breaks=True)
    if any(point.key in {p.key for p in each.points} for each in history.front):
        return Placed(by=None, was_found=True)
    front = [(each, cost) for each in history.front if (cost := history.goal.costs(each))]
    better = [(each, cost) for each, cost in front if _beats(cost, own)]
    if better:
        by, _ = min(better, key=lambda pair: pair[1][0])
        told = (_gain(objective, point, by) for objective in history.goal.objectives)
        return Placed(by=by, gains=tuple(filter(None, told)))
    before = hypervolume([cost for _, cost in front], reference)
    after = hypervolume([*(cost for _, cost in front), own], reference)
    return Placed(by=None, adds=(after - before) / before if before else 0.0)


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True)) and list(one) != list(other)


def _gain(objective: Objective, point: Point, by: Evaluation) -> str:
    """``1.2 points more validation accuracy`` or ``1.3x smaller``; empty where both are alike."""
    metric, own, theirs = (
        METRICS[objective.metric],
        point.value(objective.metric),
        by.value(objective.metric),
    )
    if own is None or theirs is None or own == theirs:
        return ""
    label = f"{metric.label[:1].lower()}{metric.label[1:]}"
    if metric.style == "percent":
        more = "more" if metric.better == "higher" else "less"
        apart = difference(
            by.points[0].measurements.get(metric.field), point.measurements.get(metric.field)
        )
        doubt = "" if apart is not None and apart.is_clear else " (within the error)"
        return f"{100 * abs(theirs - own):.2g} points {more} {label}{doubt}"
    if min(own, theirs) <= 0:
        return f"{label} {metric.text(theirs)} instead of {metric.text(own)}"
    return f"{max(own, theirs) / min(own, theirs):.3g} times {'less' if theirs < own else 'more'} {label}"
