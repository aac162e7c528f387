"""The ledger of sweeps: one owner at most, and whoever cancels is heard."""

from __future__ import annotations

from compression.store import Store, SweepRecord
from tests.measured import MODEL

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
