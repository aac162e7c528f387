"""What is added to the bundled points: each graph is timed once, whoever of its points came first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from compression.bundling import missing
from compression.bundling.missing import bundle_missing
from compression.point import Point
from compression.recipe import Recipe
from compression.store import bundled

MODEL = "digits/mlp"
STEPS = ("slice:stages=2,cuts=1", "slice:stages=2,objective=latency", "slice:stages=2,link_mbps=3")


@pytest.mark.alone
def test_points_of_one_cut_graph_are_timed_once_and_other_links_for_themselves(monkeypatch) -> None:
    timed, written = [], []

    def alone(points: Sequence[Point], report: object) -> list[Point]:
        timed.extend(points)
        return list(points)

    monkeypatch.setattr(missing, "timed_alone", alone)
    monkeypatch.setattr(missing, "_recipes", lambda m: [Recipe.build(m, [s]) for s in STEPS])
    monkeypatch.setattr(bundled, "points", lambda model: {})
    monkeypatch.setattr(bundled, "add", lambda model, points: written.extend(points))
    bundle_missing(MODEL)
    assert [point.recipe.steps[0].link_mbps for point in timed] == [3, 0]
    assert len(written) == 3 and len({point.graph for point in written}) == 1
    one, other, slow = sorted(point.value("latency_ms") for point in written)
    assert one == other < slow
