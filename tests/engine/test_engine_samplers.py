"""A sampler that goes by what was measured: told the points it asked for, and on its way again after a restart."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from compression.recipe import Recipe
from compression.recipe.options import Spacing, every_step
from compression.recipe.sampler import Measured, Sampler
from compression.recipe.samplers import SAMPLERS
from compression.recipe.sweep import Sweep
from tests.engine.conftest import Lab, until
from tests.measured import MODEL


class Halving(Sampler):
    """Looks for an accuracy of 0.9 in the half where the fake workers have always found it: above."""

    TOLD: list[float] = []

    def __init__(self, space: object, points: int | None, *rest: object) -> None:
        super().__init__(space, points, *rest)
        self._recipes = self._space.all()
        self._low, self._high, self._left = 0, len(self._recipes), points

    @staticmethod
    def spacing(points: int | None) -> Spacing:
        return every_step

    def __len__(self) -> int:
        return self._points

    def check(self) -> None:
        return None

    def ask(self) -> tuple[Recipe, ...]:
        self._left -= 1
        return () if self._left < 0 else (self._recipes[(self._low + self._high) // 2],)

    def tell(self, points: Iterable[Measured]) -> None:
        (point,) = points
        self.TOLD.append(point.recipe.steps[0].sparsity)
        if point.value("accuracy") == 0.9:
            self._low = (self._low + self._high) // 2
        else:
            self._high = (self._low + self._high) // 2


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SAMPLERS, "halving", Halving)
    monkeypatch.setattr(Halving, "TOLD", [])


def test_each_point_is_told_before_the_next_recipe_is_asked_for(lab: Lab) -> None:
    sweep = Sweep.parse(MODEL, ["prune:sparsity=0..0.62"], points=4, seed=1, sampler="halving")
    run = lab.engine.start_sweep(sweep)
    assert until(lambda: run.wait(0.2).finished)
    assert (run.progress.state, run.progress.done, run.progress.total) == ("finished", 4, 4)
    assert Halving.TOLD == [0.32, 0.48, 0.56, 0.6]


def test_a_search_that_is_started_again_finds_its_points_and_goes_on(lab: Lab) -> None:
    begun = Sweep.parse(MODEL, ["prune:sparsity=0..0.62"], points=2, seed=2, sampler="halving")
    whole = begun.model_copy(update={"points": 4})
    half = lab.engine.start_sweep(begun)
    assert until(lambda: half.wait(0.2).finished)
    lab.forget()
    run = lab.engine.start_sweep(whole)
    assert until(lambda: run.wait(0.2).finished)
    assert Halving.TOLD == [0.32, 0.48, 0.32, 0.48, 0.56, 0.6]
    assert len(lab.begun("full")) == 2
    assert run.progress.done == 4
