"""Points as dots: sub-networks, their greedy search, and who is beaten by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from compression.errors import UsageError
from compression.lessons.figures import ORIGINAL, Figures
from compression.lessons.pictures.shown import Frame, Shown, bars, percent, size
from compression.point import METRICS, Point
from compression.point.rank_correlation import rank_correlation
from compression.techniques.search.knobs import ChooseSubnet

KNOBS = ("stem", "width1", "width2", "width3", "depth1", "depth2", "depth3")
NEAR = 2
"""Knobs that one step of the search may change."""
FEWEST = 5
"""Sub-networks below which there is nothing to be seen."""


def subnets(figures: Figures) -> Shown:
    """All measured sub-networks: how many weights they have, and how good they are."""
    points = _subnets(figures)
    panel = plane("Each dot is a network that was measured", points, "size_bytes")
    pairs = list(combinations(points, 2))
    agree = [
        (_value(a, "parameters") - _value(b, "parameters")) * ((a.quality or 0) - (b.quality or 0))
        > 0
        for a, b in pairs
    ]
    share = sum(agree) / len(agree)
    found = rank_correlation([p.value("parameters") for p in points], [p.quality for p in points])
    facts = {
        "subnets.count": str(len(points)), "subnets.agree": percent(share), "subnets.wrong": percent(1 - share),
        "subnets.rank": "" if found is None else str(found),
    }  # fmt: skip
    show = {"states": ["plain"] * len(points)}
    return Shown([panel], [Frame({}, [show])], facts, {"subnets.agree": share})


def narrowing(figures: Figures) -> Shown:
    """From the whole network, step by step, to the measured neighbour that loses least for what it saves."""
    points = _subnets(figures)
    walk = _walk(points)
    knobs = [_shares(point) for point in walk]
    shape = bars("How much is left of each part", ["stem", "width, first stage", "second", "third",
                 "depth, first stage", "second", "third"], 1.0, ghost=knobs[0])  # fmt: skip
    scatter = plane("Where the walk leads", points, "macs")
    frames = []
    for at, point in enumerate(walk):
        before = walk[max(0, at - 1)]
        values = {
            "step": str(at), "accuracy": percent(point.quality or 0), "macs": point.text("macs"),
            "lost": f"{100 * ((before.quality or 0) - (point.quality or 0)):.1f} points",
            "saved": percent(1 - _value(point, "macs") / _value(before, "macs")),
            "size": point.text("size_bytes"),
        }  # fmt: skip
        been = {p.key for p in walk[:at]}
        states = [
            "active" if p.key == point.key else "front" if p.key in been else "quiet"
            for p in points
        ]
        changed = [a != b for a, b in zip(knobs[at], knobs[max(0, at - 1)], strict=True)]
        frames.append(Frame(values, [
            {"values": knobs[at], "texts": [percent(v) for v in knobs[at]],
             "states": ["strong" if c else "plain" for c in changed]},
            {"states": states},
        ]))  # fmt: skip
    return Shown([shape, scatter], frames, {"narrowing.steps": str(len(walk) - 1)})


def dominance(figures: Figures) -> Shown:
    """The named points from small to large: whoever is no better than one before is beaten, or ties."""
    points = sorted(
        (figures.point(name) for name in (*figures.lesson.points, ORIGINAL)),
        key=lambda point: _value(point, "size_bytes"),
    )
    panel = plane("Smallest file first", points, "size_bytes")
    states = ["hidden"] * len(points)
    frames = [Frame({"count": str(len(points))}, [{"states": list(states)}])]
    best: Point | None = None
    for at, point in enumerate(points):
        better = best is None or (point.quality or 0) > (best.quality or 0)
        tie = best is not None and better and _low(point) <= _high(best)
        verdict = (
            "it is more accurate than every smaller one, so it stays" if better and not tie
            else "it looks a little better than a smaller one, but within the error: a tie" if tie
            else "a smaller one is at least as accurate, so it is beaten"
        )  # fmt: skip
        states[at] = "tie" if tie else "front" if better else "out"
        values = {
            "recipe": point.recipe.describe(), "size": point.text("size_bytes"),
            "accuracy": percent(point.quality or 0), "verdict": verdict,
        }  # fmt: skip
        frames.append(Frame(values, [{"states": list(states), "active": at}]))
        best = point if better else best
    facts = {
        "dominance.count": str(len(points)), "dominance.beaten": str(states.count("out")),
        "dominance.kept": str(len(points) - states.count("out")), "dominance.ties": str(states.count("tie")),
    }  # fmt: skip
    return Shown([panel], frames, facts)


def plane(title: str, points: Sequence[Point], cost: str) -> dict[str, Any]:
    """Dots of quality over a cost, the latter on a log axis."""
    metric = METRICS[cost]
    return {
        "view": "plane", "title": title, "x": metric.label, "y": "Accuracy",
        "dots": [
            {"x": _value(p, cost), "y": p.quality, "text": f"{p.recipe.describe()}: {p.text(cost)}, "
             f"{percent(p.quality or 0)}"} for p in points
        ],
        "ends": [p.text(cost) for p in (min(points, key=lambda p: _value(p, cost)),
                                         max(points, key=lambda p: _value(p, cost)))],
    }  # fmt: skip


def _subnets(figures: Figures) -> list[Point]:
    every = figures.known(figures.lesson.model).values()
    found = [p for p in every if p.recipe.technique == ChooseSubnet.technique and not p.recipe.seed]
    measured = [p for p in found if p.stage == "full" and p.quality is not None]
    if len(measured) < FEWEST:
        model = figures.lesson.model
        raise UsageError(
            f"{len(measured)} sub-networks of {model} are measured, and {FEWEST} are needed: bundle its points."
        )
    return sorted(measured, key=lambda p: (-_value(p, "macs"), p.key))


def _walk(points: Sequence[Point]) -> list[Point]:
    walk = [points[0]]
    while True:
        here = walk[-1]
        nearby = [
            p for p in points if _value(p, "macs") < _value(here, "macs") and _is_near(p, here)
        ]
        if not nearby:
            return walk
        walk.append(min(nearby, key=lambda p: (
            ((here.quality or 0) - (p.quality or 0)) / (_value(here, "macs") - _value(p, "macs")))))  # fmt: skip


def _is_near(point: Point, here: Point) -> bool:
    """Nowhere larger, and smaller in one knob or two."""
    pairs = list(zip(_shares(point), _shares(here), strict=True))
    return all(a <= b for a, b in pairs) and 0 < sum(a < b for a, b in pairs) <= NEAR


def _shares(point: Point) -> list[float]:
    """What is left of each part, as a share of the most that there is."""
    (step,) = point.recipe.steps
    most: Mapping[str, float] = _most()
    return [float(getattr(step, name)) / most[name] for name in KNOBS]


def _most() -> dict[str, float]:
    whole = ChooseSubnet()
    return {name: float(getattr(whole, name)) for name in KNOBS}


def _value(point: Point, metric: str) -> float:
    return point.value(metric) or 0.0


def _low(point: Point) -> float:
    return point.measurements["accuracy"].low or 0.0


def _high(point: Point) -> float:
    return point.measurements["accuracy"].high or 1.0


__all__ = ["dominance", "narrowing", "size", "subnets"]
