"""Who has asked for a point: the store knows what the engine only measured ahead, until somebody wants it."""

from __future__ import annotations

import pytest

from compression.engine import Engine, Priority
from compression.engine.point_writer import PointWriter
from compression.errors import NotKept
from compression.point import Point
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import Store
from tests.engine.conftest import Lab, until
from tests.engine.fake_tasks import SLOW
from tests.measured import a_point, a_recipe


def is_recent(lab: Lab, recipe: Recipe) -> bool:
    """As another process sees it."""
    store = Store(f"sqlite:///{lab.folder / 'lab.db'}")
    assert store.have([recipe.key]), "it was not measured"
    return recipe.key in [point.key for point in store.recent(9999)]


def measured_ahead(lab: Lab, seed: int) -> Recipe:
    recipe = a_recipe(seed)
    lab.engine.request(recipe, priority=Priority.PREFETCH).result(60)
    return recipe


def test_what_nobody_asks_for_is_not_recent(lab: Lab) -> None:
    assert not is_recent(lab, measured_ahead(lab, 1))


def test_prefetching_it_again_asks_for_nothing(lab: Lab) -> None:
    recipe = measured_ahead(lab, 2)
    lab.engine.request(recipe, priority=Priority.PREFETCH).result(0)
    assert not is_recent(lab, recipe)


@pytest.mark.parametrize("priority", [Priority.LIVE, Priority.SWEEP])
def test_it_is_recent_when_somebody_asks(lab: Lab, priority: Priority) -> None:
    recipe = measured_ahead(lab, 100 + priority)
    assert lab.engine.request(recipe, priority=priority).done
    assert is_recent(lab, recipe)


def test_a_sweep_asks_for_what_it_finds_measured(lab: Lab) -> None:
    sweep = Sweep.parse("digits/mlp", ["quantize:bits=2..4"])
    for recipe in sweep.recipes():
        lab.engine.request(recipe, priority=Priority.PREFETCH).result(60)
    run = lab.engine.start_sweep(sweep)
    assert until(lambda: run.progress.finished)
    assert all(is_recent(lab, recipe) for recipe in sweep.recipes())


@pytest.mark.parametrize("model", ["digits/mlp", "digits/cnn"], ids=["asked", "taken up again"])
def test_it_is_recent_when_somebody_joins_while_it_is_measured(lab: Lab, model: str) -> None:
    recipe = a_recipe(SLOW, model)
    ahead = lab.engine.request(recipe, priority=Priority.PREFETCH)
    joins = lab.engine.request(recipe) if model == "digits/mlp" else lab.engine.join(recipe)
    assert joins is not None and not joins.done
    joins.cancel()
    ahead.result(60)
    assert is_recent(lab, recipe)


def test_it_is_recent_when_somebody_joins_just_after_it_was_saved(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, write = a_recipe(20), lab.engine._writer.write
    joined: list[object] = []

    def write_and_join(point: Point, *, is_ahead: bool) -> str | None:
        warning = write(point, is_ahead=is_ahead)
        joined.append(is_ahead and lab.engine.join(recipe))
        return warning

    monkeypatch.setattr(lab.engine._writer, "write", write_and_join)
    lab.engine.request(recipe, priority=Priority.PREFETCH).result(60)
    assert joined and all(joined) and is_recent(lab, recipe)


def test_an_engine_started_later_knows_what_was_only_measured_ahead(lab: Lab) -> None:
    asked, ignored = measured_ahead(lab, 21), measured_ahead(lab, 22)
    with Engine(
        Store(f"sqlite:///{lab.folder / 'lab.db'}"), module="fake_tasks", workers=1
    ) as later:
        assert later.request(asked).done
    assert is_recent(lab, asked) and not is_recent(lab, ignored)


def test_what_the_store_refuses_keeps_its_mark_until_somebody_asks(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise NotKept("The disk is full.")

    writer, (asked, ignored, last) = PointWriter(lab.store), map(a_point, (31, 32, 33))
    with monkeypatch.context() as full:
        full.setattr(lab.store, "add_all", refuse)
        assert writer.write(asked, is_ahead=True) == "The disk is full."
        writer.write(ignored, is_ahead=True)
        writer.ask_for(asked.key)
    assert writer.write(last, is_ahead=False) is None
    assert [is_recent(lab, p.recipe) for p in (asked, ignored, last)] == [True, False, True]


def test_what_is_asked_for_while_it_is_being_written_is_recent(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, point, add_all = PointWriter(lab.store), a_point(41), lab.store.add_all

    def ask_and_add(points: list[Point], measured_ahead: frozenset[str]) -> int:
        writer.ask_for(point.key)
        return add_all(points, measured_ahead)

    monkeypatch.setattr(lab.store, "add_all", ask_and_add)
    writer.write(point, is_ahead=True)
    assert is_recent(lab, point.recipe)
