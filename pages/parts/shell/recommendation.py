"""Which trade-off to take: one point of the front, chosen by what the user said can't be given up. Pure text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compression.point import METRICS, Point, quality_of
from compression.point.choosing import chooser_of
from compression.point.pareto import cost, feasible, front
from pages.parts.shell import words
from pages.parts.shell.quality_words import SMALL_LOSS, little


def best_within(points: Sequence[Point], limits: Mapping[str, float], metric: str) -> list[Point]:
    """The front of the model's quality over ``metric`` among the points that keep all limits, the recommended first."""
    best = front(points, metric, limits=limits)
    chosen = recommended(best, _original(points), limits)
    return best if chosen is None else [chosen, *(p for p in best if p.key != chosen.key)]


def recommendation(
    points: Sequence[Point], limits: Mapping[str, float], metric: str
) -> Point | None:
    """The one to take, if there is one."""
    return recommended(front(points, metric, limits=limits), _original(points), limits)


def _original(points: Sequence[Point]) -> Point | None:
    return next((point for point in points if not point.recipe.steps), None)


def recommended(
    best: Sequence[Point], original: Point | None, limits: Mapping[str, float]
) -> Point | None:
    """The compressed point of a front, cheapest first, that answers best; None where none does.

    Without limits the cheapest that loses little; with one on the quality the cheapest; else that of the best quality.
    """
    compressed = [point for point in best if point.recipe.steps]
    if not compressed:
        return None
    quality = quality_of(compressed[0].recipe.model).field
    if quality in limits:
        return compressed[0]
    by = chooser_of([*best, original] if original else best)
    if limits:
        return min(compressed, key=lambda point: cost(point, by))
    if original is None:
        return None
    return next((point for point in compressed if _loses_little(point, original, by)), None)


def best_sentence(
    points: Sequence[Point],
    original: Point | None,
    limits: Mapping[str, float],
    metric: str,
) -> str:
    """The answer in one sentence: why there is none, or the recommended of ``points`` and what it saves and costs."""
    if not any(point.recipe.steps for point in points):
        return "**No point of these techniques**: choose another technique, or measure some on its page."
    best = front(points, metric, limits=limits)
    if not best:
        return _why_none(points, limits, metric)
    label, quality = METRICS[metric].label.lower(), quality_of(best[0].recipe.model)
    chosen = recommended(best, original, limits)
    if chosen is None or original is None:
        return _without_recommendation(best, original, limits, metric)
    if quality.field in limits:
        asked = f"Least {label} within your limits"
    elif limits:
        asked = f"Best {quality.label.lower()} within your limits"
    else:
        by = chooser_of([*best, original])
        asked = f"At most {little(quality)} lost" + (
            " on validation" if by != quality.field else ""
        )
    said = words.headline(chosen, original)
    return f"**{asked}:** {chosen.recipe.describe()} is {said[:1].lower()}{said[1:]}"


def _why_none(points: Sequence[Point], limits: Mapping[str, float], metric: str) -> str:
    if any(feasible(point, limits) for point in points):
        label = METRICS[metric].label.lower()
        return f"**No point has a certain {label}** to be compared by: choose another first axis."
    return "**No point is within these limits**: loosen one of them."


def _without_recommendation(
    best: Sequence[Point], original: Point | None, limits: Mapping[str, float], metric: str
) -> str:
    """What can be said of a front on which nothing is to be recommended."""
    quality = quality_of(best[0].recipe.model)
    if limits and not any(point.recipe.steps for point in best):
        return "**Only the original is within your limits**: loosen one of them."
    many = "**1 point** is" if len(best) == 1 else f"**{len(best)} points** are"
    if original is None or original.quality is None:
        against = f"{quality.label.lower()} against {METRICS[metric].label.lower()}"
        return f"{many} on the front of {against}."
    return f"{many} on the front; none within {little(quality)} of the original's {quality.label.lower()}."


def _loses_little(point: Point, original: Point, by: str) -> bool:
    """Whether it loses at most what ``little`` says, in the figure that points are chosen by."""
    value, before, metric = point.value(by), original.value(by), METRICS[by]
    if value is None or before is None:
        return False
    allowed = SMALL_LOSS * (1.0 if metric.style == "percent" else abs(before))
    return metric.cost(value) <= metric.cost(before) + allowed
