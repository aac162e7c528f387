"""Which points give their knobs back: those that the page's own form can ask for again, and no others."""

from __future__ import annotations

import pytest

from compression.models.catalogue import MODELS
from compression.recipe import Recipe, make_step, only_effective
from compression.store import bundled
from pages.parts.faces import FACES
from pages.parts.form.then_also import as_query, can_follow
from pages.parts.shell.going_back import can_ask


@pytest.mark.parametrize("name", FACES)
def test_what_a_click_restores_is_asked_for_again_by_the_form(name: str) -> None:
    face = FACES[name]
    asked = [
        p.recipe for m in MODELS for p in bundled.points(m).values() if can_ask(face, p.recipe)
    ]
    assert asked
    for recipe in asked:
        first, *others = recipe.steps
        again = make_step(face.step, only_effective(face.step, first.model_dump()))
        assert Recipe.build(recipe.model, (again, *others)) == recipe
        assert can_follow(face, others) and (bool(as_query(face, others)) == bool(others))


@pytest.mark.parametrize(
    ("face", "steps", "seed"),
    [
        ("prune", [], 0),
        ("prune", ["quantize"], 0),
        ("prune", ["prune", "quantize"], 0),
        ("prune", ["prune:sparsity=0.5"], 1),
        ("distill", ["distill", "quantize:bits=4", "prune"], 0),
        ("distill", ["distill", "quantize:bits=4,per=tensor"], 0),
    ],
)
def test_a_page_restores_no_original_no_other_technique_no_other_chain_and_no_other_seed(
    face: str, steps: list[str], seed: int
) -> None:
    assert not can_ask(FACES[face], Recipe.build("digits/cnn", steps, seed))
