"""The ledger of sweeps: one owner at most, and whoever cancels is heard."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from compression.errors import UsageError
from compression.store import Store, SweepRecord, sqlite
from compression.store.sweeps import _names
from tests.measured import MODEL, a_point

ROOT = Path(__file__).parents[2]

ASKED = SweepRecord("k" * 16, MODEL, "{}", "running", total=10, owner="first:1:1")


def test_a_sweep_is_recorded_once(store: Store) -> None:
    assert store.ledger.add(ASKED)
    assert not store.ledger.add(ASKED)
    (record,) = store.sweeps(MODEL)
    assert (record.key, record.state, record.total, record.owner) == (
        ASKED.key,
        "running",
        10,
        "first:1:1",
    )


def test_only_one_of_two_takes_over(store: Store) -> None:
    store.ledger.add(ASKED)
    seen = store.sweep(ASKED.key)
    assert seen is not None
    assert store.ledger.take(seen, "second:2:2")
    assert not store.ledger.take(seen, "third:3:3")


def test_an_owner_hears_that_it_was_cancelled(store: Store) -> None:
    store.ledger.add(ASKED)
    assert store.ledger.report(ASKED.key, ASKED.owner, state="running", done=3, failed=0)
    assert store.ledger.cancel(ASKED.key)
    assert not store.ledger.report(ASKED.key, ASKED.owner, state="running", done=4, failed=0)
    record = store.sweep(ASKED.key)
    assert record is not None
    assert (record.state, record.done) == ("cancelled", 3)


def test_a_process_that_lost_the_sweep_reports_in_vain(store: Store) -> None:
    store.ledger.add(ASKED)
    assert not store.ledger.report(ASKED.key, "stranger:9:9", state="finished", done=9, failed=0)


def test_newest_sweeps_come_first(store: Store) -> None:
    for key in "abc":
        store.ledger.add(SweepRecord(key * 16, MODEL, "{}", "running", total=1))
    assert [record.key[0] for record in store.sweeps()] == ["c", "b", "a"]


def test_a_sweep_is_named_and_renamed_and_a_name_taken_away(store: Store) -> None:
    store.ledger.add(ASKED)
    for name, kept in (("Night  run\n", "Night run"), ("Other", "Other"), ("  ", "")):
        assert store.ledger.set_name(ASKED.key, name)
        record = store.sweep(ASKED.key)
        assert record is not None and record.name == kept
        assert [each.name for each in store.sweeps()] == [kept]


def test_a_name_outlives_a_cancel_and_another_owner(store: Store) -> None:
    store.ledger.add(ASKED)
    store.ledger.set_name(ASKED.key, "Mine")
    store.ledger.cancel(ASKED.key)
    seen = store.sweep(ASKED.key)
    assert seen is not None and store.ledger.take(seen, "second:2:2", "{}")
    assert [record.name for record in store.sweeps()] == ["Mine"]


def test_names_that_cant_be_are_refused_in_a_sentence(store: Store) -> None:
    store.ledger.add(ASKED)
    with pytest.raises(UsageError, match="A name of 81 characters is too long: 80 are allowed"):
        store.ledger.set_name(ASKED.key, "x" * 81)
    assert not store.ledger.set_name("other", "Nobody's")


def test_a_deleted_sweep_leaves_its_points_and_no_name(store: Store) -> None:
    store.add(a_point())
    store.ledger.add(ASKED)
    store.ledger.set_name(ASKED.key, "Mine")
    assert store.ledger.delete(ASKED.key)
    assert not store.ledger.delete(ASKED.key)
    assert store.sweeps() == () and len(store.points(MODEL)) == 1
    assert not store.ledger.report(ASKED.key, ASKED.owner, state="running", done=4, failed=0)
    store.ledger.add(ASKED)
    assert [record.name for record in store.sweeps()] == [""]


def test_a_store_of_before_names_is_read_and_gets_the_table_when_it_can(
    store: Store, file: Path
) -> None:
    store.ledger.add(ASKED)
    store.close()
    with sqlite3.connect(file) as before:
        before.execute("DROP TABLE sweep_names")
    before.close()
    old = sqlite.without_writing(file)
    with old.connect() as connection:
        assert connection.exec_driver_sql("SELECT key FROM sweeps").scalar() == ASKED.key
        assert _names(connection) == {}
    old.dispose()
    assert store.ledger.set_name(ASKED.key, "Mine")
    assert [record.name for record in store.sweeps()] == ["Mine"]


def test_two_processes_rename_and_delete_the_same_sweep(store: Store, file: Path) -> None:
    store.ledger.add(ASKED)
    script = (
        "import sys; from compression.store import Store\n"
        "ledger = Store(f'sqlite:///{sys.argv[1]}').ledger\n"
        "print(ledger.set_name('k' * 16, 'Theirs'), flush=True); sys.stdin.readline()\n"
        "print(ledger.set_name('k' * 16, 'Again'), ledger.delete('k' * 16))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(file)], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None and other.stdout.readline() == "True\n"
        assert [record.name for record in store.sweeps()] == ["Theirs"]
        assert store.ledger.delete(ASKED.key)
        assert other.communicate("go on\n")[0] == "False False\n"
