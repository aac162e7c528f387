"""How long a recipe will take: from what was timed here, else from bundled times, and never made up."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Literal

import pytest

from compression.models.catalogue import MODELS
from compression.point import Point
from compression.point.expected_time import Expected, Paces
from compression.recipe import Recipe
from compression.store import bundled
from compression.store.training_times import training_seconds
from tests.measured import a_measured

BEGAN = datetime(2026, 1, 1, tzinfo=timezone.utc)
TRAININGS = {"distill": (3.0, 2.0), "others": (2.0, 8.0)}


def timed(
    step: str, at: float, seconds: float | None = None, origin: Literal["here", "bundled"] = "here"
) -> Point:
    changed = {"created": BEGAN + timedelta(seconds=at), "seconds": seconds, "origin": origin}
    return a_measured(step).model_copy(update=changed)


def of(step: str, *points: Point) -> Expected | None:
    return Paces(points, TRAININGS).of(Recipe.build("digits/mlp", [step]))


SHIPPED = [timed("quantize:bits=4", at, origin="bundled") for at in (0, 2, 4, 6, 500)]


def test_the_time_between_bundled_points_is_that_of_one_without_the_pauses() -> None:
    assert of("quantize:bits=3", *SHIPPED) == Expected(2.0, "bundled")


def test_what_was_timed_here_counts_more_than_what_is_bundled() -> None:
    here = [timed("quantize:bits=5", 900 + s, s) for s in (5.0, 6.0, 70.0)]
    assert of("quantize:bits=3", *SHIPPED, *here) == Expected(6.0, "here")


@pytest.mark.parametrize(
    ("step", "seconds"),
    [("distill:epochs=10", 23.0), ("prune:repair=finetune,epochs=2", 18.0)],
)
def test_a_training_takes_its_base_and_its_epochs(step: str, seconds: float) -> None:
    assert of(step) == Expected(seconds, "bundled")


def test_one_training_here_tells_how_fast_this_machine_is() -> None:
    """10 epochs are told 23 s and took 46: 20 epochs, told 43 s, will take 86."""
    assert of("distill:epochs=20", timed("distill:epochs=10", 0, 46.0)) == Expected(86.0, "here")


def test_nothing_is_said_of_what_nobody_timed() -> None:
    assert of("quantize:bits=3") is None
    assert Paces((), {}).of(Recipe.build("digits/mlp", ["distill"])) is None


def test_several_share_the_workers_and_are_as_sure_as_the_least_sure() -> None:
    paces = Paces([*SHIPPED, timed("distill:epochs=1", 0, 5.0)], TRAININGS)
    two = [Recipe.build("digits/mlp", [step]) for step in ("quantize:bits=3", "distill:epochs=1")]
    assert paces.of_all(two, workers=2) == Expected(3.5, "bundled")
    assert paces.of_all(two, workers=1) == Expected(7.0, "bundled")
    assert paces.of_all([*two, Recipe.build("digits/mlp", ["prune"])], workers=2) is None


@pytest.mark.parametrize("model", MODELS)
def test_every_model_of_the_project_has_bundled_times(model: str) -> None:
    paces = Paces(bundled.points(model).values(), training_seconds(model))
    for step in ("prune", "quantize:bits=3", "distill", "prune:repair=finetune"):
        told = paces.of(Recipe.build(model, [step]))
        assert told is not None and 0 < told.seconds < 600
