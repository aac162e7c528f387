"""Imported points stand beside measured ones and never in their place."""

from __future__ import annotations

from pathlib import Path

from compression.store import Store, bundled
from compression.store.taking_in import take_in
from tests.measured import a_measured

STEP = "quantize:bits=4,method=mse,per=tensor"
THEIRS = a_measured(STEP, accuracy=0.1).as_elsewhere("them")
OURS = a_measured(STEP, accuracy=0.9)


def known(store: Store) -> dict[str, object]:
    return {point.key: point for point in store.known("digits/mlp")}


def test_an_imported_point_is_known_and_not_measured(store: Store) -> None:
    before = store.version("digits/mlp")
    assert take_in(store, [THEIRS]).added == 1
    assert known(store)[THEIRS.key] == THEIRS
    assert store.version("digits/mlp") > before
    assert store.get(THEIRS.key) is None and not store.have([THEIRS.key])


def test_a_measured_point_takes_its_place_whichever_came_first(store: Store) -> None:
    take_in(store, [THEIRS])
    store.add(OURS)
    assert known(store)[OURS.key] == OURS
    result = take_in(store, [THEIRS])
    assert (result.added, result.known) == (0, 1)


def test_a_bundled_point_stays(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    point = next(iter(bundled.points("digits/mlp").values()))
    lie = point.model_copy(update={"seconds": 1.0}).as_elsewhere("them")
    assert take_in(store, [lie]).known == 1
    assert known(store)[point.key] == point
    store.close()


def test_the_first_import_of_a_key_stays_and_a_source_can_be_forgotten(store: Store) -> None:
    take_in(store, [THEIRS])
    assert take_in(store, [THEIRS.as_elsewhere("others")]).added == 0
    assert [(each.name, each.points) for each in store.imported.sources()] == [("them", 1)]
    assert store.imported.forget("them") == 1
    assert THEIRS.key not in known(store)
