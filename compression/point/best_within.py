"""The best file within a size, chosen on validation examples, so that its test figure was no choice. Torch-free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compression.point.goals import SIZE, judged
from compression.point.metrics import METRICS
from compression.point.point import Point
from compression.point.quality import quality_of


def best_within(points: Iterable[Point], limit_bytes: float) -> Point | None:
    """The point of the best quality on validation in a file of at most so many bytes; the smaller of equals.

    None where none fits that was measured on validation examples.
    """
    best: tuple[float, float, str] | None = None
    found = None
    for point in points:
        row = METRICS[judged(quality_of(point.recipe.model).field)]
        size, value = point.value(SIZE), point.value(row.field)
        if size is None or value is None or size > limit_bytes:
            continue
        rank = (-value if row.better == "higher" else value, size, point.key)
        if best is None or rank < best:
            best, found = rank, point
    return found


def over_seeds(points: Iterable[Point], point: Point) -> Sequence[float]:
    """The test qualities of the same steps with every seed that there is, this point's among them."""
    field = quality_of(point.recipe.model).field
    alike = [each for each in points if each.recipe.steps == point.recipe.steps]
    by_seed = {each.recipe.seed: each.value(field) for each in alike}
    return [value for _, value in sorted(by_seed.items()) if value is not None]
