"""Every point gives its whole recipe back, on the page of any of its steps; the original has none."""

from __future__ import annotations

import pytest

from compression.models.catalogue import MODELS
from compression.recipe import Recipe
from compression.store import bundled
from pages.parts.faces import FACES
from pages.parts.form.chain import Chain
from pages.parts.shell.reaching import can_ask


@pytest.mark.parametrize("model", MODELS)
def test_a_chain_asks_for_each_bundled_recipe_again(model: str) -> None:
    recipes = [point.recipe for point in bundled.points(model).values() if point.recipe.steps]
    assert recipes and all(map(can_ask, recipes))
    for recipe in recipes:
        for face in FACES.values():
            assert Chain.of(recipe, face.step).recipe(model) == recipe


def test_the_last_step_of_the_pages_technique_is_in_the_form() -> None:
    recipe = Recipe.build("digits/cnn", ["prune", "quantize:bits=8", "quantize:bits=3", "prune"])
    chosen = {name: Chain.of(recipe, face.step).at for name, face in FACES.items()}
    assert chosen == {
        "prune": 3,
        "quantize": 2,
        "prune-channels": 3,
        "distill": 3,
        "subnet": 3,
        "slice": 3,
        "federate": 3,
    }


def test_the_original_can_not_be_asked_for_by_steps() -> None:
    assert not can_ask(Recipe(model="digits/cnn"))
