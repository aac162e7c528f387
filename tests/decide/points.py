"""Made-up points to decide among: of any model, with and without validation, drawn by a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence

from compression.point import METRICS, Environment, Measurement, Point, quality_of
from compression.recipe import Recipe

PLACE = Environment(machine="made up", cores=2, threads=1, python="3")


def a_candidate(
    model: str,
    seed: int,
    quality: float,
    size: float,
    *,
    validation: float | None = None,
    error: float = 0.0,
    steps: Sequence[str] = ("prune",),
    stage: str = "full",
    **values: float,
) -> Point:
    """A point with this quality give or take ``error``, on validation too unless that is told apart."""
    name = quality_of(model).field
    figures = {name: quality, "size_bytes": size, **values}
    by = [row.field for row in METRICS.values() if row.chooses == name]
    if stage == "full":
        figures |= dict.fromkeys(by, quality if validation is None else validation)
    ends = {name, *by} if error else set()
    return Point(
        recipe=Recipe.build(model, list(steps), seed),
        measurements={
            field: Measurement(
                value=value,
                unit=METRICS[field].unit,
                how="measured",
                n=1000 if field in ends else None,
                low=value - error if field in ends else None,
                high=value + error if field in ends else None,
            )
            for field, value in figures.items()
        },
        environment=PLACE,
        stage=stage,  # type: ignore[arg-type]
    )


def many(
    model: str, count: int = 60, seed: int = 0, error: float = 0.004
) -> tuple[list[Point], Point]:
    """Points along a noisy trade-off, with times and memory, and their original."""
    draw, quality = random.Random(seed), quality_of(model)
    way = 1 if quality.better == "higher" else -1
    base = 0.92 if way == 1 else 1.4
    original = a_candidate(
        model, 0, base, 320e3, steps=(), error=error, latency_ms=1.0, memory_bytes=4e5
    )
    points = [original]
    for number in range(1, count):
        size = 320e3 * draw.uniform(0.02, 1.0)
        lost = 0.02 * (320e3 / size) ** 0.3 * draw.uniform(0, 1.5) - 0.005
        points.append(
            a_candidate(
                model, number, base - way * lost, size,
                validation=base - way * (lost + draw.gauss(0, 0.004)), error=error,
                latency_ms=draw.uniform(0.1, 1.0), memory_bytes=draw.uniform(1e5, 4e5),
            )
        )  # fmt: skip
    return points, original
