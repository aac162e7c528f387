"""The bundled times were measured on a quiet machine, and one graph has one time."""

from __future__ import annotations

import pytest

from compression.measure.shared_latency import SAME
from compression.models.catalogue import MODELS
from compression.point.certainty import is_disturbed
from compression.recipe import Recipe
from compression.store import bundled

models = pytest.mark.parametrize("model", MODELS)
TIMES = ("latency_ms", "latency_p90_ms", "throughput_per_s", "speedup")


@models
def test_no_bundled_point_was_timed_on_a_busy_machine(model: str) -> None:
    points = bundled.points(model).values()
    assert [point.recipe.describe() for point in points if is_disturbed(point.measurements)] == []


@models
def test_bundled_points_of_one_graph_have_one_time(model: str) -> None:
    by_graph: dict[str, set[tuple[float | None, ...]]] = {}
    for point in bundled.points(model).values():
        by_graph.setdefault(point.graph, set()).add(tuple(point.value(name) for name in TIMES))
    assert "" not in by_graph
    assert {graph for graph, times in by_graph.items() if len(times) > 1} == set()


@models
def test_bundled_points_of_the_originals_graph_are_exactly_as_fast(model: str) -> None:
    points = bundled.points(model)
    original = points[Recipe(model=model).key]
    same = [point for point in points.values() if point.graph == original.graph]
    assert len(same) > len(points) / 2
    assert {point.value("speedup") for point in same} == {1.0}


@models
def test_bundled_points_of_the_originals_graph_say_what_is_true_of_them(model: str) -> None:
    """A reason is a point's own: one that sets nothing to zero and rounds nothing speaks of neither."""
    original = Recipe(model=model)
    reasons = {
        point.measurements["speedup"].note
        for point in bundled.points(model).values()
        if [step.technique for step in point.recipe.steps] in ([], ["federate"])
        and point.graph == bundled.points(model)[original.key].graph
    }
    assert reasons == {SAME}
