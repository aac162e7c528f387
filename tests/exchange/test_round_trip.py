"""What goes out comes in again as the same points, in each format: all bundled ones, and made-up ones by chance."""

from __future__ import annotations

import random

import pytest

from compression.exchange.incoming import read_points
from compression.exchange.outgoing import FORMATS, as_bytes
from compression.models.catalogue import MODELS
from compression.point import METRICS, Environment, Measurement, Point, StoredTensor
from compression.recipe import Recipe
from compression.store import bundled

STEPS = (
    ["prune:sparsity=0.8"],
    ["quantize:bits=3"],
    ["prune:layers=conv1=0.5;fc=0.2", "quantize:bits=2"],
    [],
)
NOTES = (
    "",
    "smaller, not faster",
    "'quoted', with commas",
    'a "word"',
    "two\nlines",
    "ünïcode → ≈",
)


def by_chance(seed: int) -> Point:
    """A point with any figures that may be, and texts that a CSV has to escape."""
    choose = random.Random(seed)
    figures = {}
    for name in choose.sample(list(METRICS), choose.randint(1, len(METRICS))):
        low, value, high = sorted(choose.random() ** 9 for _ in range(3))
        has_ends, n = choose.random() < 0.5, choose.choice((None, 1, 10_000))
        figures[name] = Measurement(
            value=value, unit=METRICS[name].unit, how=choose.choice(("measured", "modelled")),
            low=low if has_ends else None, high=high if has_ends else None, n=n, note=choose.choice(NOTES),
        )  # fmt: skip
    layer = StoredTensor(
        name="conv1.weight",
        shape=(4, 1, 3, 3),
        values=36,
        nonzero=seed,
        bits=1.6,
        layout="x",
        bytes=9,
    )
    return Point(
        recipe=Recipe.build("digits/cnn", choose.choice(STEPS), seed),
        measurements=figures,
        environment=Environment(machine="a 'machine', ours", cores=2, threads=1, python="3", load=0.25),
        seconds=choose.choice((None, 1.5)),
        layers=(layer,) if seed % 2 else (),
    )  # fmt: skip


@pytest.mark.parametrize("format", FORMATS)
def test_points_by_chance_come_back_as_they_went(format: str) -> None:
    points = [by_chance(seed) for seed in range(30)]
    found = read_points(as_bytes(points, format), f"theirs.{format}", "them")
    assert not found.refused
    assert list(found.points) == [point.as_elsewhere("them") for point in points]


@pytest.mark.parametrize("format", FORMATS)
def test_imported_points_that_are_exported_keep_their_source(format: str) -> None:
    points = [by_chance(seed).as_elsewhere("them") for seed in range(5)]
    assert list(read_points(as_bytes(points, format), f"x.{format}", "others").points) == points


@pytest.mark.parametrize("model", sorted(MODELS))
def test_every_bundled_point_goes_and_comes(model: str) -> None:
    points = list(bundled.points(model).values())
    found = read_points(as_bytes(points, "csv"), "bundled.csv", "us")
    assert not found.refused
    assert list(found.points) == [point.as_elsewhere("us") for point in points]
