"""The sentences of a decision: its claim, why not the others, what would change it, and how far to trust it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compression.decide.bounds import Bound, in_sentence
from compression.decide.columns import Columns
from compression.decide.decision import Miss
from compression.decide.nearest import Flip
from compression.decide.question import Question
from compression.decide.words import against, cost_change, named, quality_change
from compression.devices import device_named, fit
from compression.models.catalogue import model_card
from compression.point import METRICS, Point, quality_of


def claim(
    choice: Point,
    original: Point | None,
    question: Question,
    bounds: Sequence[Bound],
    ties: Ties,
) -> str:
    """``Take 4 bits: 7.6x smaller (41 kB), 0.4 points lower than the original; at most 1 point lost.``"""
    asked, cost = condition(question, bounds), choice.text(question.axis)
    if not choice.recipe.steps:
        quality = quality_of(choice.recipe.model)
        kept = f"keeps {asked}" if asked else "is better"
        said = f"{cost}, {choice.text(quality.field)}"
        return f"Take {model_card(choice.recipe.model).title} as it is ({said}): nothing compressed {kept}."
    figures = cost if original is None else _figures(choice, original, question.axis)
    return f"Take {named(choice, question)}: {figures}{f'; {asked}' if asked else ''}{ties.said(choice, question)}."


@dataclass(frozen=True)
class Ties:
    """How many points can't be told from a choice, and the cheapest of them if that is cheaper."""

    count: int
    cheapest: Point | None

    def said(self, choice: Point, question: Question) -> str:
        if not self.count:
            return ""
        others = f"; {self.count} other{'s' if self.count > 1 else ''} can't be told from it"
        if self.cheapest is None:
            return others
        return f"{others}, one {cost_change(question.axis, self.cheapest, choice)}"


def refused(choice: Point, question: Question, reasons: Sequence[str]) -> str:
    """Instead of the claim, where what is known of the choice says no."""
    return f"Nothing to take for sure: {named(choice, question)} is best by what chooses, but {_small(reasons[0])}"


def _small(text: str) -> str:
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _figures(choice: Point, original: Point, axis: str) -> str:
    cost = cost_change(axis, choice, original)
    cost = f"{cost} ({choice.text(axis)})" if cost else choice.text(axis)
    quality = quality_change(choice, original, interval=True)
    of = " than the original" if quality.endswith(("higher", "lower", ")")) else ""
    return ", ".join(filter(None, (cost, f"{quality}{of}" if quality else "")))


def condition(question: Question, bounds: Sequence[Bound]) -> str:
    """The question's own words: ``at most 1 point lost, size at most 20 kB, fits Raspberry Pi Pico``."""
    memory = {"flash", "RAM", "memory"} if question.device else set()
    said = [bound.said for bound in bounds if bound.name not in memory]
    if question.device is not None:
        said.append(f"fits {device_named(question.device).title}")
    for name, price in (question.worth or {}).items():
        metric = METRICS[name]
        said.append(f"{metric.text(price)} of {in_sentence(metric)} worth a point")
    return ", ".join(said)


def miss(point: Point, row: int, bounds: Sequence[Bound], question: Question) -> Miss:
    """By which limits the closest point misses, and by how much."""
    by = tuple(
        f"{bound.text(bound.value(row))}, {_over(bound, float(bound.excess[row]))}"
        for bound in bounds
        if bound.excess[row] > 0
    )
    return Miss(point, by, f"The closest is {named(point, question)}: {'; '.join(by)}.")


def _over(bound: Bound, excess: float) -> str:
    if bound.is_loss or (bound.metric and bound.metric.style == "percent"):
        points = excess if bound.is_loss else 100 * excess
        unit = "%" if bound.label.startswith("%") else "points"
        return f"{points:.2g} {unit} {'over' if bound.sign > 0 else 'below'} the limit"
    times = abs(excess / bound.bound) if bound.bound else 0.0
    if bound.sign > 0 and times >= 1:
        return f"{1 + times:.3g} times the limit"
    return f"{100 * times:.2g} % {'over' if bound.sign > 0 else 'below'} the limit"


def claim_of_none(
    question: Question, columns: Columns, original: Point | None, judged: str, near: Miss | None
) -> str:
    """Why there is nothing to take."""
    model = question.model
    if not columns.points:
        return f"No point of {model} is known: measure some first, as with `sweep` or on a technique's page."
    if question.most_lost is not None and (original is None or original.value(judged) is None):
        return f"The original of {model} is not measured, so that nobody can say what is lost: measure it first."
    if not columns.is_full.any():
        return f"There are only estimates of {model}: wait until one is measured in full."
    if question.device is not None and np.isnan(next(iter(columns.memory.values()))).all():
        return f"Nothing of {model} can be judged there: {_why_not(columns, question.device)}"
    if near is None:
        lacking = ", ".join(in_sentence(METRICS[name]) for name in _unknown(columns))
        return f"No point of {model} has all that was asked for ({lacking}): measure it, or leave that limit away."
    return f"No point of {model} keeps all limits at once: loosen one. {near.said}"


def _unknown(columns: Columns) -> list[str]:
    empty = [
        name for name, costs in columns.costs.items() if np.isnan(costs[columns.is_full]).all()
    ]
    return empty or list(columns.costs)


def _why_not(columns: Columns, device: str) -> str:
    reasons = Counter(fit(point, device_named(device)).why_not for point in columns.points[:50])
    return reasons.most_common(1)[0][0]


def why_not(point: Point, choice: Point, question: Question) -> str:
    """What speaks against a runner-up, beside the choice: ``1.4x larger, 0.5 points higher``."""
    compared = [cost_change(question.axis, point, choice), quality_change(point, choice)]
    compared += [cost_change(name, point, choice) for name in question.worth or ()]
    unknown = [name for name in question.guards if choice.value(name) is None]
    if unknown and all(point.value(name) is not None for name in unknown):
        compared.append("its guards are measured and kept")
    return ", ".join(dict.fromkeys(filter(None, compared))) or "not known to be better"


def by_itself(point: Point, original: Point | None, why: str) -> str:
    """Why not a runner-up where the choice doesn't hold: what it loses itself comes first."""
    lost = "" if original is None else quality_change(point, original)
    than = " than the original" if lost.endswith(("lower", "higher")) else ""
    return f"on test {lost}{than}; beside the choice {why}" if lost else why


def loosening(flip: Flip, point: Point, choice: Point, question: Question) -> str:
    bound = flip.bound
    at = f"{bound.text(flip.needed)} instead of {bound.at if bound.sign < 0 else bound.figure(bound.bound)}"
    return f"{_upper(at)} would allow {named(point, question)}: {against(point, choice, question.axis)}."


def tightening(flip: Flip, point: Point, choice: Point, question: Question) -> str:
    bound, figure = flip.bound, flip.bound.figure(flip.needed)
    below = "below" if bound.sign > 0 else "above"
    at = (
        f"fewer than {bound.text(flip.needed)}"
        if bound.is_loss
        else f"{bound.label} {below} {figure}"
    )
    return (
        f"With {at} it would be {named(point, question)}: {against(point, choice, question.axis)}."
    )


def tied_and_cheaper(point: Point, choice: Point, question: Question) -> str:
    change = cost_change(question.axis, point, choice)
    return f"{_upper(named(point, question))} can't be told from it and is {change}: take it if that counts."


def estimated(point: Point, choice: Point | None, question: Question) -> str:
    beside = (
        "" if choice is None else f" and is {cost_change(question.axis, point, choice) or 'better'}"
    )
    said = f"{_upper(named(point, question))} is only estimated"
    return f"{said}; by that it keeps all limits{beside}: measure it in full."


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def trust(question: Question, columns: Columns, choice: Point | None, judged: str) -> str:
    """What chose, what reports, on how many examples, and where it was measured."""
    quality, full = question.quality, int(columns.is_full.sum())
    by = METRICS[judged]
    counted = f"{full:,} point{'' if full == 1 else 's'}"
    m = None if choice is None else choice.measurements.get(judged)
    examples = f" ({m.n:,} examples)" if m is not None and m.n else ""
    if judged == quality.field:
        said = f"Chosen among {counted} by the test set itself{examples}, since there is no validation figure"
    else:
        said = f"Chosen among {counted} by {in_sentence(by)}{examples}"
    if choice is None:
        return f"{said}."
    reported = choice.measurements.get(quality.field)
    if reported is not None and judged != quality.field:
        n = f" on {reported.n:,} test examples" if reported.n else " on the test set"
        interval = quality.interval(reported.low, reported.high)
        said += f"; reported{n}: {choice.text(quality.field)}{f' ({interval})' if interval else ''}"
        if quality.field in question.limits:
            said += ", which had a say too, since a limit was set on it"
    origin = (
        "measured here"
        if choice.origin == "here"
        else "bundled: measured elsewhere by the same code"
    )
    times = ", times and energies modelled" if question.device else ""
    return f"{said}; {origin}{times}."
