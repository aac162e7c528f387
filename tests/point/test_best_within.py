"""The best file within a size: validation chooses, the test set reports, seeds stand beside."""

from __future__ import annotations

from compression.point.best_within import best_within, over_seeds
from tests.measured import a_measured


def a_file(bits: int, size: float, validation: float, test: float, seed: int = 0):
    point = a_measured(
        f"quantize:bits={bits}", size_bytes=size, accuracy_validation=validation, accuracy=test
    )
    return point.model_copy(update={"recipe": point.recipe.model_copy(update={"seed": seed})})


FILES = [a_file(2, 1900, 0.88, 0.86), a_file(3, 2000, 0.87, 0.89), a_file(4, 4000, 0.91, 0.90)]


def test_validation_chooses_among_what_fits() -> None:
    assert best_within(FILES, 2000) is FILES[0]
    assert best_within(FILES, 5000) is FILES[2]
    assert best_within(FILES, 1000) is None


def test_of_equals_the_smaller_file_is_the_better() -> None:
    smaller = a_file(5, 1000, 0.88, 0.8)
    assert best_within([*FILES, smaller], 2000) is smaller


def test_seeds_are_those_of_the_same_steps_each_once() -> None:
    again = a_file(2, 1900, 0.86, 0.84, seed=1)
    assert over_seeds([*FILES, again, again], FILES[0]) == [0.86, 0.84]
    assert over_seeds(FILES, FILES[1]) == [0.89]
