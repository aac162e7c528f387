"""``decide``: one point of many, chosen on validation under a question's limits, with what speaks for and against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compression.decide import sentences
from compression.decide.aims import Aim, ties_with
from compression.decide.bounds import Bound, bounds_of, point_of_quality
from compression.decide.columns import Columns
from compression.decide.decision import Binding, Change, Decision, RunnerUp, Verdict
from compression.decide.estimates import best_estimate
from compression.decide.nearest import closest, keeps_all, loosened, tightened
from compression.decide.question import Question
from compression.decide.verdicts import headroom_of, risks_of, verdict_of
from compression.devices import device_named, on_device
from compression.point import METRICS, Point
from compression.point.difference import LEVEL
from compression.point.pareto import cost, front_mask

MOST_NAMED = 12
"""Ties that are given as points; all of them are in ``tied_keys``."""

RUNNERS_UP, CHANGES = 3, 4


def decide(points: Sequence[Point], original: Point | None, question: Question) -> Decision:
    """The point to take among the full ones, of one model or of several of one task.

    Estimates are never chosen, nor what lacks the figure that chooses. ``original`` is what losses are counted from.
    With a device, times, energies and memory are those of its model. The order of points decides nothing.
    """
    judged = judge_of(points, original, question)
    names = (question.axis, judged, *question.limits, *question.guards, *(question.worth or {}))
    columns = Columns.of(
        points, original, costs=names, device=question.device,
        qualities=(question.quality.field, judged),
    )  # fmt: skip
    known = ~np.isnan(columns.costs[judged]) & ~np.isnan(columns.costs[question.axis])
    lacking = question.most_lost is not None and (
        original is None or original.value(judged) is None
    )
    bounds = bounds_of(question, columns, original, judged)
    valid = columns.is_full & known & (not lacking)
    allowed = keeps_all(bounds, valid)
    aim = Aim.of(question, columns, judged, point_of_quality(METRICS[judged], original))
    there = _Asked(question, columns, tuple(bounds), aim, allowed, valid, original, judged)
    choice = aim.best(columns, allowed)
    found = there.nothing() if choice is None else there.taken(choice)
    return replace(
        found, original=there.seen(original), considered=int(columns.is_full.sum()),
        allowed=int(allowed.sum()), chosen_by=judged,
    )  # fmt: skip


def judge_of(points: Sequence[Point], original: Point | None, question: Question) -> str:
    """The figure that chooses: on validation where the original has it, or any compressed point without an original."""
    quality = question.quality.field
    for name, metric in METRICS.items():
        if metric.chooses != quality:
            continue
        full = (p for p in points if p.stage == "full" and p.recipe.steps)
        has_some = any(p.value(name) is not None for p in full)
        if has_some and (original is None or original.value(name) is not None):
            return name
    return quality


@dataclass(frozen=True)
class _Asked:
    """A question with its points as columns: what the parts of the answer are read off."""

    question: Question
    columns: Columns
    bounds: tuple[Bound, ...]
    aim: Aim
    allowed: NDArray[np.bool_]
    valid: NDArray[np.bool_]
    original: Point | None
    judged: str

    @property
    def seen(self) -> Callable[[Point | None], Point | None]:
        """A point as the device sees it, if there is one."""
        if self.question.device is None:
            return lambda point: point
        device, works = device_named(self.question.device), self.columns.works
        return lambda p: None if p is None else on_device(p, device, self.original, works)

    def points(self, rows: Sequence[int]) -> list[Point]:
        seen = self.seen
        return [point for row in rows if (point := seen(self.columns.points[row])) is not None]

    def nothing(self) -> Decision:
        row = closest(self.bounds, self.columns, self.valid)
        near = None if row is None else self.points([row])[0]
        miss = None
        if near is not None and row is not None:
            miss = sentences.miss(near, row, self.bounds, self.question)
        claim = sentences.claim_of_none(
            self.question, self.columns, self.original, self.judged, miss
        )
        return Decision(
            self.question, None, "fail", claim, closest_miss=miss, reasons=(claim,),
            trust=sentences.trust(self.question, self.columns, None, self.judged),
            would_change=self._estimate(None),
        )  # fmt: skip

    def taken(self, row: int) -> Decision:
        question, columns = self.question, self.columns
        choice = self.points([row])[0]
        tied = ties_with(row, self.aim, columns, question.axis, self.allowed)
        ties = tuple(self.points(self._cheapest(tied)[:MOST_NAMED]))
        headroom = headroom_of(choice, row, self.bounds)
        risks = risks_of(choice, self.original, question, self.judged, headroom)
        verdict, binding = verdict_of(risks), self._binding(row, choice)
        reasons = tuple(risk.said for risk in risks if risk.verdict != "pass")
        cheaper = next((p for p in ties if self._is_cheaper(p, choice)), None)
        level = sentences.Ties(int(tied.sum()), cheaper)
        claim = sentences.claim(choice, self.seen(self.original), question, self.bounds, level)
        return Decision(
            question, choice, verdict,
            sentences.refused(choice, question, reasons) if verdict == "fail" else claim,
            reasons=reasons,
            binding=binding[0] if binding else None,
            headroom=headroom,
            runners_up=self._runners_up(row, choice, tied, verdict),
            ties=ties,
            tied_keys=frozenset(columns.points[i].key for i in np.flatnonzero(tied)),
            trust=sentences.trust(question, columns, choice, self.judged),
            would_change=self._changes(row, choice, ties, binding),
            risks=risks,
        )  # fmt: skip

    def _is_cheaper(self, point: Point, choice: Point) -> bool:
        """By more than nothing to speak of."""
        axis = self.question.axis
        here, there = cost(point, axis), cost(choice, axis)
        return there - here > (LEVEL - 1) * abs(here)

    def _cheapest(self, rows: NDArray[np.bool_]) -> list[int]:
        cost = self.columns.costs[self.question.axis]
        found = np.flatnonzero(rows)
        return sorted(map(int, found), key=lambda row: (cost[row], self.columns.points[row].key))

    def _binding(self, row: int, choice: Point) -> list[Binding]:
        """What loosening each limit would bring, the nearest first."""
        flips = loosened(row, self.bounds, self.aim, self.columns, self.valid)
        points = self.points([flip.row for flip in flips])
        return [
            Binding(
                flip.bound.name, flip.bound.label, flip.bound.bound, flip.needed, point,
                sentences.loosening(flip, point, choice, self.question),
            )
            for flip, point in zip(flips, points, strict=True)
        ]  # fmt: skip

    def _runners_up(
        self, row: int, choice: Point, tied: NDArray[np.bool_], verdict: Verdict
    ) -> tuple[RunnerUp, ...]:
        """The next on the front of what is allowed, each with what speaks against it; ties are told apart."""
        rivals = self.allowed & ~tied
        costs = np.array(
            [self.columns.costs[self.question.axis], self.columns.costs[self.judged]]
        ).T
        rows = np.flatnonzero(rivals)
        best = rows[front_mask(costs[rows])] if len(rows) else rows
        on_front = np.zeros(len(rivals), dtype=bool)
        on_front[best] = True
        on_front[row] = rivals[row] = False
        order = [*self.aim.order(on_front), *self.aim.order(rivals & ~on_front)][:RUNNERS_UP]
        found = self.points(order)
        reasons = [sentences.why_not(point, choice, self.question) for point in found]
        if verdict == "fail":
            before = self.seen(self.original)
            reasons = [
                sentences.by_itself(point, before, why)
                for point, why in zip(found, reasons, strict=True)
            ]
        return tuple(map(RunnerUp, found, reasons))

    def _changes(
        self, row: int, choice: Point, ties: tuple[Point, ...], binding: list[Binding]
    ) -> tuple[Change, ...]:
        """The nearest limits, what ties and is cheaper, what was only estimated."""
        changes = [Change(each.said, each.point) for each in binding[:2]]
        others = self.allowed.copy()
        others[row] = False
        flip = tightened(row, self.bounds, self.aim, self.columns, others)
        if flip is not None:
            point = self.points([flip.row])[0]
            changes.append(Change(sentences.tightening(flip, point, choice, self.question), point))
        if ties and self._is_cheaper(ties[0], choice):
            said = sentences.tied_and_cheaper(ties[0], choice, self.question)
            changes.append(Change(said, ties[0]))
        return (*self._estimate(choice), *changes)[:CHANGES]

    def _estimate(self, choice: Point | None) -> tuple[Change, ...]:
        """The estimate that would be the answer if it held."""
        point = best_estimate(self.columns.points, self.original, self.question, choice)
        if point is None:
            return ()
        return (Change(sentences.estimated(point, choice, self.question), point),)
