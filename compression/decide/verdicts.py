"""What may speak against a choice though it keeps all limits: the test set, guards, intervals, what nobody measured."""

from __future__ import annotations

from collections.abc import Sequence

from compression.decide.bounds import Bound, point_of_quality
from compression.decide.decision import Headroom, Risk, Verdict
from compression.decide.question import Question
from compression.decide.words import points_text
from compression.point import METRICS, Point, quality_of
from compression.point.certainty import is_timed
from compression.point.difference import difference


def verdict_of(risks: Sequence[Risk]) -> Verdict:
    """The worst of them."""
    found = {risk.verdict for risk in risks}
    return "fail" if "fail" in found else "needs review" if "needs review" in found else "pass"


def risks_of(
    choice: Point,
    original: Point | None,
    question: Question,
    judged: str,
    headroom: Sequence[Headroom],
) -> tuple[Risk, ...]:
    risks = [_guard(choice, name, bound) for name, bound in question.guards.items()]
    if (loss := _loss(choice, original, question)) is not None:
        risks.append(loss)
    for room in headroom:
        if not room.certain and room.name != "lose":
            said = f"{room.said}, but its interval goes beyond the limit"
            risks.append(Risk(room.name, room.label, "needs review", said))
    if judged == question.quality.field and choice.recipe.steps:
        said = "There is no validation figure: it was chosen by the test set, whose figure is then too good."
        risks.append(Risk("validation", "Validation", "needs review", said))
    return tuple(risks)


def headroom_of(choice: Point, row: int, bounds: Sequence[Bound]) -> tuple[Headroom, ...]:
    """What the choice leaves of each bound, the least first; guards that were not measured are no room."""
    rooms = [
        _room(choice, row, bound) for bound in bounds if bound.excess[row] == bound.excess[row]
    ]
    return tuple(sorted(rooms, key=lambda room: (room.left, room.name)))


def _room(choice: Point, row: int, bound: Bound) -> Headroom:
    value, excess = bound.value(row), float(bound.excess[row])
    whole = abs(bound.bound) or 1.0
    left = f"{100 * -excess / whole:.2g} % left"
    if bound.is_loss or (bound.metric and bound.metric.style == "percent"):
        unit = "%" if bound.label.startswith("%") else "points"
        left = f"{max(0.0, -excess) * (1.0 if bound.is_loss else 100.0):.2g} {unit} left"
    said = f"{bound.text(value)}{' on validation' if bound.on_validation else ''}, {bound.at} asked: {left}"
    label = "Loss" if bound.is_loss else bound.label
    certain = _is_certain(choice, bound)
    return Headroom(bound.name, label, value, bound.bound, -excess / whole, certain, said)


def _is_certain(choice: Point, bound: Bound) -> bool:
    """Whether a time's whole interval keeps the bound; of a quality the test set's own verdict says it."""
    if bound.metric is None or not is_timed(bound.metric.field):
        return True
    m = choice.measurements.get(bound.metric.field)
    worst = None if m is None else m.high if bound.metric.better == "lower" else m.low
    return worst is None or bound.metric.cost(worst) <= bound.metric.cost(bound.bound)


def _guard(choice: Point, name: str, bound: float) -> Risk:
    metric, m = METRICS[name], choice.measurements.get(name)
    asked = f"{'at most' if metric.better == 'lower' else 'at least'} {metric.text(bound)} asked"
    if m is None or m.value is None:
        return Risk(name, metric.label, "needs review", f"{metric.label} not measured; {asked}.")
    told = f"{metric.label} {metric.text(m.value, m.low, m.high)}; {asked}"
    if metric.cost(m.value) > metric.cost(bound):
        return Risk(name, metric.label, "fail", f"{told}.")
    worst = m.high if metric.better == "lower" else m.low
    if worst is not None and metric.cost(worst) > metric.cost(bound):
        interval = metric.interval(m.low, m.high)
        return Risk(name, metric.label, "needs review", f"{told}, but it may be {interval}.")
    return Risk(name, metric.label, "pass", f"{told}.")


def _loss(choice: Point, original: Point | None, question: Question) -> Risk | None:
    """What the test set says of the loss that validation allowed: its own figure had no say in the choice."""
    most, metric = question.most_lost, quality_of(choice.recipe.model)
    if most is None or original is None or not choice.recipe.steps:
        return None
    found = difference(
        choice.measurements.get(metric.field), original.measurements.get(metric.field)
    )
    if found is None:
        said = f"{metric.label} on the test set not measured."
        return Risk("lose", "Loss on test", "needs review", said)
    one, sign = point_of_quality(metric, original), metric.cost(1.0)
    lost = sign * found.value / one
    ends = [sign * end / one for end in (found.low, found.high) if end is not None]
    told = f"{points_text(metric, lost)} lost on test"
    if ends:
        told += f" ({points_text(metric, min(ends))} to {points_text(metric, max(ends))})"
    asked = f"at most {points_text(metric, most)} asked"
    if lost <= most + 1e-9:
        return Risk("lose", "Loss on test", "pass", f"{told}; {asked}.")
    sure = bool(ends) and min(ends) > most
    verdict: Verdict = "fail" if sure else "needs review"
    reason = "" if sure else ", within the error of it"
    return Risk("lose", "Loss on test", verdict, f"{told}; {asked}{reason}.")
