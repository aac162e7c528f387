"""Made-up points of students, kept in the store, and what a page says of them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from compression.point import Point
from compression.recipe import Recipe
from compression.store import Store
from tests.measured import a_point

MODEL = "digits/cnn"


def words(test: AppTest) -> str:
    texts = [text.value for kind in ("markdown", "caption") for text in test.get(kind)]
    return " ".join([*texts, *(html.proto.body for html in test.get("html"))])


def keep(*steps: str, accuracy: float = 0.9, seed: int = 0) -> Point:
    """A point in the store, of the figures made up for all points but for its accuracy."""
    point = a_point()
    figures = dict(point.measurements)
    figures["accuracy"] = figures["accuracy"].model_copy(update={"value": accuracy})
    recipe = Recipe.build(MODEL, steps, seed)
    point = point.model_copy(update={"recipe": recipe, "measurements": figures})
    Store.open().add(point)
    return point
