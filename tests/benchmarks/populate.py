"""Fill a store with made-up measurements of real recipes: ``python -m tests.benchmarks.populate MODEL COUNT``.

All positions of the pruning page's slider come first, so that each of its moves is a known point.
"""

from __future__ import annotations

import platform
import random
import sys
from collections.abc import Iterator
from itertools import islice

from compression.models.catalogue import model_card
from compression.point import METRICS, Environment, Measurement, Point
from compression.point.shown import Answer, as_text
from compression.recipe import Recipe
from compression.store import Store
from compression.techniques.pruning.knobs import Prune
from compression.techniques.quantization.knobs import Quantize
from tests.synthetic import mark


def main(model: str, count: int) -> None:
    here = Environment(machine="made up", cores=1, threads=1, python=platform.python_version())
    added = Store.open().add_all(_point(recipe, here) for recipe in islice(recipes(model), count))
    print(f"{added} points of {model}")


def recipes(model: str) -> Iterator[Recipe]:
    """The original, each single step, then chains of both, without end but for the seeds."""
    yield Recipe(model=model)
    sparsities = [Prune(sparsity=round(0.01 * i, 2)) for i in range(99)]
    widths = [Quantize(bits=bits) for bits in range(2, 9)]
    yield from (Recipe(model=model, steps=(step,)) for step in (*sparsities, *widths))
    for seed in range(1_000):
        for first in sparsities:
            yield from (Recipe(model=model, steps=(first, last), seed=seed) for last in widths)


def _point(recipe: Recipe, environment: Environment) -> Point:
    bits = next((step.bits for step in recipe.steps if isinstance(step, Quantize)), 32)
    sparsity = next((step.sparsity for step in recipe.steps if isinstance(step, Prune)), 0.0)
    figures = mark(bits, sparsity + recipe.seed / 1_000).figures
    measurements = {
        name: Measurement(
            value=figure.value,
            unit=METRICS[name].unit,
            how="modelled" if figure.modelled else "measured",
            low=figure.low,
            high=figure.high,
        )
        for name, figure in figures.items()
    }
    return Point(
        recipe=recipe, measurements=measurements, environment=environment, shown=_answers(recipe)
    )


def _answers(recipe: Recipe) -> str:
    """Made up, another few with each recipe, so that the strip changes at each move."""
    data, noise = model_card(recipe.model).data, random.Random(recipe.key)
    return as_text(Answer(noise.randrange(len(data.classes)), noise.random()) for _ in data.shown)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
