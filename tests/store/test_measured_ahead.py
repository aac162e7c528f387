"""The store tells points that somebody asked for from those that were only measured ahead of a slider's move."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from compression.errors import NotKept
from compression.store import Store, ahead, sqlite
from tests.measured import MODEL, a_point, a_recipe

ROOT = Path(__file__).parents[2]
KEY = a_recipe().key


def recent(store: Store) -> list[str]:
    return [point.key for point in store.recent(9)]


@pytest.fixture
def one_ahead(store: Store) -> Store:
    """A store with one point that nobody has asked for."""
    assert store.add_all([a_point()], {KEY}) == 1
    return store


def test_what_nobody_asked_for_is_known_but_not_recent(one_ahead: Store) -> None:
    one_ahead.add(a_point(1))
    assert recent(one_ahead) == [a_recipe(1).key]
    assert one_ahead.have([KEY]) == {KEY} and len(one_ahead.points(MODEL)) == 2


def test_it_is_recent_from_the_moment_that_somebody_asks(one_ahead: Store, file: Path) -> None:
    one_ahead.asked_for([KEY, "f" * 16])
    assert recent(one_ahead) == recent(Store(f"sqlite:///{file}")) == [KEY]


def test_asking_for_what_carries_no_mark_writes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(a_point())
    monkeypatch.setattr(store._database, "writing", None)
    store.asked_for([KEY, "f" * 16])
    store.asked_for([])
    assert recent(store) == [KEY]


def test_many_are_asked_for_at_once(store: Store) -> None:
    points = [a_point(seed) for seed in range(ahead.FETCH + 3)]
    keys = [point.key for point in points]
    store.add_all(points, keys)
    assert store.recent(9999) == ()
    store.asked_for(keys)
    assert len(store.recent(9999)) == len(points)


def test_whoever_measured_it_because_it_was_asked_for_takes_the_mark_away(one_ahead: Store) -> None:
    assert not one_ahead.add(a_point())
    assert recent(one_ahead) == [KEY]


def test_measuring_it_ahead_as_well_marks_nothing_that_was_asked_for(store: Store) -> None:
    store.add(a_point())
    assert store.add_all([a_point()], {KEY}) == 0
    assert recent(store) == [KEY]


def test_a_damaged_point_is_replaced_together_with_its_mark(one_ahead: Store, file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute("UPDATE points SET body = 'damaged'")
    other.close()
    again = Store(f"sqlite:///{file}")
    assert again.add_all([a_point()], {KEY}) == 1
    assert recent(again) == []


def test_another_process_may_ask_for_it(one_ahead: Store, file: Path) -> None:
    script = (
        "import sys; from compression.store import Store\n"
        "store = Store(f'sqlite:///{sys.argv[1]}'); print(len(store.recent(9)))\n"
        "store.asked_for(sys.argv[2:]); print(len(store.recent(9)))"
    )
    said = subprocess.check_output(
        [sys.executable, "-c", script, file, KEY], cwd=ROOT, text=True
    )  # fmt: skip
    assert said.split() == ["0", "1"]
    assert recent(one_ahead) == [KEY]


def test_a_store_of_before_is_read_and_gets_the_table_when_it_can(store: Store, file: Path) -> None:
    store.add(a_point())
    store.close()
    with sqlite3.connect(file) as before:
        before.execute("DROP TABLE measured_ahead")
    before.close()
    old = sqlite.without_writing(file)
    with old.connect() as connection:
        assert ahead.marked(connection, [KEY]) == []
        assert str(ahead.was_asked_for(connection)) == "true"
    old.dispose()
    assert recent(store) == [KEY]
    store.add_all([a_point(1)], {a_recipe(1).key})
    assert recent(store) == [KEY]


def test_where_the_mark_cannot_be_taken_away_the_log_says_so(
    one_ahead: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise NotKept("The store can't be written: make it writable.")

    monkeypatch.setattr(one_ahead._database, "writing", refuse)
    one_ahead.asked_for([KEY])
    assert [record.message for record in caplog.records] == [
        "The store can't be written: make it writable."
    ]
