"""Made-up points for tests and benchmarks of the plots: plausible numbers, the same in every run."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache

from compression.point import METRICS
from compression.point.knees import knees
from compression.point.pareto import DOMINATED, ON_FRONT, POSSIBLE
from pages.parts.plots.plot_points import Figure, Mark, PlotPoints

TEST_IMAGES = 10_000
DENSE_BYTES = 311_016  # a model of 77,754 parameters


def background(count: int, version: str = "1") -> PlotPoints:
    """``count`` points of one model, the first of them its original."""
    return _background(count, version)


def mark(bits: int, sparsity: float) -> Mark:
    """The point of two knobs, as the page would draw it for these positions."""
    values = _figures(bits, sparsity, random.Random(f"{bits} {sparsity:.3f}"))
    low, high = _interval(values["accuracy"])
    figures = {name: Figure(value, modelled=name == "energy_mj") for name, value in values.items()}
    figures["accuracy"] = Figure(values["accuracy"], low, high)
    label = f"{bits} bits, {100 * sparsity:.0f} % pruned"
    return Mark(f"now-{bits}-{sparsity:.3f}", label, "chain", figures)


@lru_cache
def _background(count: int, version: str) -> PlotPoints:
    choose = random.Random(1)
    asked = [
        (32, 0.0),
        *((choose.choice((2, 3, 4, 5, 6, 8)), choose.uniform(0, 0.95)) for _ in range(count - 1)),
    ][:count]
    rows = [_figures(bits, sparsity, choose) for bits, sparsity in asked]
    values = {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}
    spread = [_interval(value) for value in values.get("accuracy", ())]
    standing = {
        name: _standing(column, values["accuracy"], METRICS[name].better)
        for name, column in values.items()
    }
    return PlotPoints(
        version=f"{count} {version}",
        keys=[f"point-{index}" for index in range(count)],
        labels=[f"{bits} bits, {100 * sparsity:.0f} % pruned" for bits, sparsity in asked],
        techniques=[
            "original",
            *(choose.choice(("quantize", "prune", "chain")) for _ in asked[1:]),
        ][:count],
        bundled=[choose.random() < 0.5 for _ in asked],
        values=values,
        low={"accuracy": [low for low, _ in spread]},
        high={"accuracy": [high for _, high in spread]},
        modelled={"energy_mj": [True] * count},
        standing=standing,
        knees={name: _knees(values, name, standing[name]) for name in values},
    )


def _knees(values: Mapping[str, Sequence[float]], x: str, standing: Sequence[int]) -> list[int]:
    rows = [row for row, rank in enumerate(standing) if rank == ON_FRONT]
    costs, qualities = values[x], values["accuracy"]
    ratios = [costs[0] / costs[row] for row in rows]
    return [rows[knee] for knee in knees(ratios, [qualities[0] - qualities[row] for row in rows])]


def _figures(bits: int, sparsity: float, noise: random.Random) -> Mapping[str, float]:
    lost = max(0.0, sparsity - 0.6) ** 2 + 0.8 * 2.0**-bits - 0.8 * 2.0**-32
    latency = 0.09 * (0.35 + 0.65 * bits / 32) * (1 - 0.1 * sparsity) * noise.uniform(0.9, 1.1)
    size = DENSE_BYTES * bits / 32 * (1 - sparsity) + 2_000
    return {
        "accuracy": 0.925 - lost - noise.uniform(0, 0.01),
        "size_bytes": size,
        "latency_ms": latency,
        "energy_mj": 9.1 * latency,
        "memory_bytes": size + 52_000,
        "speedup": 0.09 / latency,
    }


def _interval(accuracy: float) -> tuple[float, float]:
    half = 1.96 * math.sqrt(accuracy * (1 - accuracy) / TEST_IMAGES)
    return accuracy - half, accuracy + half


def _standing(xs: Sequence[float], ys: Sequence[float], better: str) -> list[int]:
    order = sorted(
        range(len(xs)), key=lambda row: (xs[row] if better == "lower" else -xs[row], -ys[row])
    )
    standing, best = [DOMINATED] * len(xs), -1.0
    for row in order:
        if ys[row] > best:
            standing[row], best = ON_FRONT, ys[row]
        elif _interval(ys[row])[1] > best:
            standing[row] = POSSIBLE
    return standing
