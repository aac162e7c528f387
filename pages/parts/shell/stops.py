"""What is presented of one point: its result in words, large figures, everyday equivalents, notes for the speaker."""

from __future__ import annotations

from collections.abc import Mapping

from compression.decide import Decision
from compression.point import METRICS, Point, headline_of, quality_of
from compression.share.equivalents import everyday
from pages.parts import data
from pages.parts.plots.plot_points import Mark
from pages.parts.plots.presentation import Allowed, Stop
from pages.parts.shell import words
from pages.parts.shell.claims import LOSE, claims
from pages.parts.shell.figures import figure_of
from pages.parts.shell.pins import IN_URL
from pages.parts.shell.present_link import AT, POINT

ORIGINAL = "Nothing is taken away: this is what all others are compared with."


def stop_of(point: Point, name: str, original: Point | None, notes: str = "") -> Stop:
    """A point with its result in words: against the original, if that is known."""
    compared = original if point.recipe.steps else None
    return Stop(
        mark=Mark.of(point, words.named(point.recipe)),
        name=name,
        said=_sentence(point, original),
        why=words.caveat(point),
        figures=tuple(
            figure_of(metric, point, compared) for metric in headline_of(point.recipe.model)
        ),
        everyday=tuple((each.said, each.source) for each in everyday(point, original)),
        notes=" ".join(filter(None, (notes, _figures(point)))),
    )


def allowed_losses(model: str, known: data.Known, params: Mapping[str, str]) -> Allowed | None:
    """The slider: it comes first where the address names no point."""
    found = claims(known, model, params.get(LOSE))
    if found is None:
        return None
    unit = "points" if quality_of(model).style == "percent" else "%"
    rows: dict[str, int] = {}
    stops: list[Stop] = []
    places = []
    for loss, decision in zip(found.losses, found.decisions, strict=True):
        choice = decision.choice
        if choice is not None and choice.key not in rows:
            rows[choice.key] = len(stops)
            name = words.named(choice.recipe) if choice.recipe.steps else "The original"
            stops.append(stop_of(choice, name, known.original, _spoken(decision)))
        said = "1 point" if loss == 1 and unit == "points" else f"{loss:g} {unit}"
        places.append((said, f"{loss:g}", decision.claim, rows.get(choice.key) if choice else None))
    named = {POINT, AT, IN_URL} & set(params)
    return Allowed("May be lost at most", places, stops, found.at, found.asked or not named)


def _spoken(decision: Decision) -> str:
    """What speaks for and against it."""
    changes = [change.said for change in decision.would_change[:2]]
    return " ".join([decision.trust, *decision.reasons, *changes])


def _figures(point: Point) -> str:
    """Intervals and how each figure came about, which a slide has no room for."""
    told = []
    for metric in headline_of(point.recipe.model):
        m = point.measurements.get(metric.field)
        if m is None or m.value is None:
            continue
        interval = METRICS[metric.field].interval(m.low, m.high)
        n = f", n = {m.n:,}" if m.n else ""
        told.append(
            f"{metric.label}: {point.text(metric.field)}{f' ({interval}{n})' if interval else ''}, {m.how}."
        )
    return " ".join(told)


def _sentence(point: Point, original: Point | None) -> str:
    if not point.recipe.steps:
        return ORIGINAL
    return words.headline(point, original) if original else ""
