"""What was measured where the prediction was asked: curves, bars and named pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compression.errors import UsageError
from compression.lessons.content import Curve, Group, Picture, Series
from compression.lessons.figures import ORIGINAL, Figures
from compression.lessons.made import made
from compression.lessons.pictures import PICTURES
from compression.lessons.pictures.shown import bars, percent, size
from compression.point.choosing import chooser_of
from compression.point.pareto import front

Spot = Mapping[str, Any] | None


def series(figures: Figures, curve: Curve, asked: Series) -> dict[str, Any]:
    """A measured curve at the curve's positions, None where nothing was measured."""
    source, _, rest = asked.source.partition(" ")
    spots: list[Spot]
    if source == "points":
        there = curve.at if asked.at is None else asked.at
        spots = [_point(figures, rest, at) if at in there else None for at in curve.at]
    elif source == "front":
        spots = [_best(figures, rest, at) for at in curve.at]
    elif source == "attack":
        spots = [_attacked(rest, at) for at in curve.at]
    else:
        raise UsageError(f"{source!r} is no source of a curve: choose points, front or attack.")
    return {"name": figures.fill(asked.name), "spots": spots, "before": asked.before}


def ticks(figures: Figures, curve: Curve) -> list[str]:
    """What stands below the positions."""
    if curve.ticks == "percent":
        return [percent(at) for at in curve.at]
    if curve.ticks == "share of the size":
        whole = figures.seen(f"{ORIGINAL}.size_bytes").value
        return [size(at * whole) for at in curve.at]
    return [f"{at:g}" for at in curve.at]


def picture(figures: Figures, asked: Picture) -> dict[str, Any]:
    """Panels and the one frame of a reveal."""
    if asked.named:
        shown = PICTURES[asked.named](figures)
        return {
            "panels": list(shown.panels),
            "frames": [{"say": "", "show": list(shown.frames[asked.frame].show)}],
        }
    panels, show = [], []
    for group in asked.groups:
        seen = [figures.seen(row.ref) for row in group.rows]
        reach = max(max(each.high or each.value, *each.each, 0) for each in seen)
        names = [figures.fill(row.name) for row in group.rows]
        panels.append(bars(figures.fill(group.title), names, reach, **_from(group, reach)))
        show.append({
            "values": [each.value for each in seen],
            "texts": [each.text for each in seen],
            "dots": [list(each.each) if len(each.each) > 1 else [] for each in seen],
            "states": ["plain", *["strong"] * (len(seen) - 1)],
        })  # fmt: skip
    return {"panels": panels, "frames": [{"say": "", "show": show}]}


def _from(group: Group, reach: float) -> dict[str, Any]:
    return (
        {}
        if group.low is None
        else {"low": group.low, "ends": [percent(group.low), percent(reach)]}
    )


def _spot(value: float | None, low: float | None, high: float | None, text: str) -> Spot:
    if value is None:
        return None
    ends = [None if end is None else 100 * end for end in (low, high)]
    return {"value": 100 * value, "low": ends[0], "high": ends[1], "text": text}


def _point(figures: Figures, steps: str, at: float) -> Spot:
    point = figures.measured(figures.lesson.model, steps.replace("@", f"{at:g}").split())
    found = point.measurements["accuracy"]
    return _spot(found.value, found.low, found.high, point.text("accuracy"))


def _best(figures: Figures, technique: str, share: float) -> Spot:
    """The most accurate point of at most that share of the original's size, chosen on validation examples."""
    original = figures.point(ORIGINAL)
    most = share * (original.value("size_bytes") or 0)
    every = [p for p in figures.known(figures.lesson.model).values() if p.stage == "full"]
    asked = [p for p in every if not technique or p.recipe.technique in (technique, ORIGINAL)]
    best = front(asked, "size_bytes", limits={"size_bytes": most})
    if not best:
        return None
    chooser = chooser_of(best)
    point = max(best, key=lambda p: p.value(chooser) or 0)
    found = point.measurements["accuracy"]
    text = f"{point.text('accuracy')} ({point.recipe.describe()})"
    return _spot(found.value, found.low, found.high, text)


def _attacked(steps: str, at: float) -> Spot:
    told = made("attacked")
    rows: Sequence[Mapping[str, float]] = told["compressed"][steps] if steps else told["original"]
    row = rows[told["levels"].index(at)]
    return _spot(row["value"], row["low"], row["high"], percent(row["value"]))
