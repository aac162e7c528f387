"""Made-up points: as the pipeline would measure them, one for each seed; or with just the figures of a test."""

from __future__ import annotations

from typing import Literal

from compression.point import METRICS, Environment, Measurement, Metric, Point
from compression.recipe import Recipe

MODEL = "fashion-mnist/lenet5"
BITS = Metric(
    "bits_per_byte", "Bits per byte", "bits/byte", "lower", "bits/byte", "A loss, made up.", axis="linear",
    is_quality=True,
)  # fmt: skip
"""A quality that is better the lower it is: a test puts it into METRICS."""


def a_recipe(seed: int = 0, model: str = MODEL) -> Recipe:
    return Recipe.build(model, ["prune:sparsity=0.8", "quantize:bits=4"], seed)


def a_point(
    seed: int = 0, stage: Literal["estimate", "full"] = "full", model: str = MODEL
) -> Point:
    values = {name: 1.5 + index + seed for index, name in enumerate(METRICS)}
    return Point(
        recipe=a_recipe(seed, model),
        measurements={
            name: Measurement(value=value, unit=METRICS[name].unit, how="measured", n=10_000)
            for name, value in values.items()
        },
        environment=Environment(machine="made up", cores=2, threads=1, python="3"),
        stage=stage,
    )


def a_measured(*steps: str, model: str = "digits/mlp", spread: float = 0, **values: float) -> Point:
    """A point with these figures, each give or take ``spread``."""
    return Point(
        recipe=Recipe.build(model, steps),
        measurements={
            name: Measurement(
                value=value,
                unit=METRICS[name].unit,
                how="measured",
                low=value - spread,
                high=value + spread,
            )
            for name, value in values.items()
        },
        environment=Environment(machine="made up", cores=2, threads=1, python="3"),
    )
