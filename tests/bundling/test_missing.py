"""What is added to the bundled points: each graph is timed once, whoever of its points came first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from compression.bundling import missing
from compression.bundling.missing import bundle_missing
from compression.point import Point
from compression.recipe import Recipe
from compression.store import bundled
from tests.measured import a_measured

MODEL = "digits/mlp"
STEPS = ("slice:stages=2,cuts=1", "slice:stages=2,objective=latency", "slice:stages=2,link_mbps=3")


def test_points_of_one_cut_graph_are_timed_once_and_other_links_for_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points = {
        step: a_measured(step, latency_ms=float(number)).model_copy(update={"graph": "cut"})
        for number, step in enumerate(STEPS, start=1)
    }
    runs, written, timed = iter(points.values()), list[Point](), list[Point]()

    def alone(asked: Sequence[Point], report: object) -> list[Point]:
        timed.extend(asked)
        return list(asked)

    monkeypatch.setattr(missing.api, "run", lambda *_, **__: next(runs))
    monkeypatch.setattr(missing, "timed_alone", alone)
    monkeypatch.setattr(missing, "_recipes", lambda m: [Recipe.build(m, [s]) for s in STEPS])
    monkeypatch.setattr(bundled, "points", lambda model: {})
    monkeypatch.setattr(bundled, "add", lambda model, points: written.extend(points))
    bundle_missing(MODEL)
    assert {point.key for point in timed} == {points[STEPS[0]].key, points[STEPS[2]].key}
    assert {p.recipe.steps: p.value("latency_ms") for p in written} == {
        points[step].recipe.steps: ms for step, ms in zip(STEPS, (1, 1, 3), strict=True)
    }


def test_of_what_is_missing_some_recipes_alone_can_be_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = list[str]()

    def run(model: str, steps: Sequence[object], seed: int) -> Point:
        asked.append(steps[0].technique)  # type: ignore[attr-defined]
        return a_measured("quantize:bits=2")

    recipes = [Recipe.build(MODEL, [step]) for step in ("quantize:bits=2", "prune:sparsity=0.5")]
    monkeypatch.setattr(missing.api, "run", run)
    monkeypatch.setattr(missing, "timed_alone", lambda points, report: list(points))
    monkeypatch.setattr(missing, "_recipes", lambda model: recipes)
    monkeypatch.setattr(bundled, "points", lambda model: {})
    monkeypatch.setattr(bundled, "add", lambda model, points: None)
    bundle_missing(MODEL, only="bits=2")
    assert asked == ["quantize"]
