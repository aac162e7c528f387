"""A stored point that can't be read counts as absent everywhere, and gives way to the next measurement."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from compression.store import Store
from tests.measured import MODEL, a_point, a_recipe

DAMAGES = {
    "cut short": "substr(body, 1, 100)",
    "empty": "''",
    "no text": "x'fffe'",
    "bytes that are no text": "CAST(x'7bff' || body AS TEXT)",
    "a number": "7",
    "another's": "replace(body, '\"seed\":1', '\"seed\":2')",
}


@pytest.fixture(params=DAMAGES.values(), ids=DAMAGES.keys())
def damaged(store: Store, file: Path, request: pytest.FixtureRequest) -> Store:
    """Of two points one is damaged."""
    store.add_all([a_point(0), a_point(1)])
    store.close()
    with sqlite3.connect(file) as connection:
        change = f"UPDATE points SET body = {request.param} WHERE key = ?"
        assert connection.execute(change, (a_recipe(1).key,)).rowcount == 1
    return Store(f"sqlite:///{file}", bundled_folder=file.parent / "bundled")


def test_it_counts_as_absent(damaged: Store) -> None:
    key, other = a_recipe(1).key, a_recipe(0).key
    assert damaged.get(key) is None
    assert damaged.have([key, other]) == {other}
    assert [point.key for point in damaged.points(MODEL)] == [other]
    assert [point.key for point in damaged.known(MODEL)] == [other]
    assert damaged.lookup(a_recipe(1)) is None


def test_the_next_measurement_takes_its_place(damaged: Store) -> None:
    assert damaged.points(MODEL)
    measured = a_point(1)
    assert damaged.add(measured)
    assert damaged.get(a_recipe(1).key) == measured
    assert {point.recipe.seed for point in damaged.points(MODEL)} == {0, 1}
    assert not damaged.add(a_point(1))


def test_an_unreadable_point_gives_way_even_to_an_estimate(damaged: Store) -> None:
    assert damaged.add(a_point(1, stage="estimate"))
    assert damaged.have([a_recipe(1).key]) == set()
