"""Several models on the same axes: each has the front and the knees that it would have alone."""

from __future__ import annotations

import numpy as np

from compression.point.knees import knee_rows
from compression.point.pareto import DOMINATED, ON_FRONT, standings
from compression.point.several import Fronts, models_of
from compression.store import bundled

MODELS = ("digits/mlp", "digits/cnn")
APART = {model: list(bundled.points(model).values()) for model in MODELS}
MIXED = [p for pair in zip(*(points[:140] for points in APART.values()), strict=True) for p in pair]


def test_each_stands_as_it_would_alone() -> None:
    found = Fronts.of(MIXED, "size_bytes").standing(np.ones(len(MIXED), dtype=bool))
    assert models_of(MIXED) == list(MODELS)
    for model in MODELS:
        alone = [p for p in MIXED if p.recipe.model == model]
        here = [rank for p, rank in zip(MIXED, found, strict=True) if p.recipe.model == model]
        assert here == standings(alone, "size_bytes")


def test_knees_are_those_of_a_model_alone() -> None:
    points = APART["digits/cnn"]
    fronts = Fronts.of(points, "size_bytes")
    standing = fronts.standing(np.ones(len(points), dtype=bool))
    assert fronts.knees(standing) == knee_rows(
        points, "size_bytes", [rank == ON_FRONT for rank in standing]
    )


def test_what_is_not_allowed_is_on_no_front_and_hides_nobody() -> None:
    points = APART["digits/mlp"]
    allowed = np.array([(p.value("size_bytes") or 0) > 2000 for p in points])
    found = Fronts.of(points, "size_bytes").standing(allowed)
    kept = [p for p, ok in zip(points, allowed, strict=True) if ok]
    assert [rank for rank, ok in zip(found, allowed, strict=True) if ok] == standings(
        kept, "size_bytes"
    )
    assert {rank for rank, ok in zip(found, allowed, strict=True) if not ok} == {DOMINATED}
