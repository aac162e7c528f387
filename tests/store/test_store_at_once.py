"""Several processes begin with one new store at the same moment: each gets through, and nothing is twice."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from compression.store import Store, SweepRecord, tables
from tests.measured import MODEL, a_point

ROOT = Path(__file__).parents[2]
ASKED = SweepRecord("k" * 16, MODEL, "{}", "running", total=10, owner="first:1:1")
STARTER = (
    "import sys; from compression.store import Store\n"
    "from tests.measured import a_point; from tests.store.test_store_at_once import ASKED\n"
    "point = a_point(); print('ready', flush=True); sys.stdin.readline()\n"
    "store = Store(f'sqlite:///{sys.argv[1]}'); print(store.ledger.add(ASKED), store.add(point))"
)


def at_once(file: Path, act: Callable[[Store], bool], count: int = 12) -> list[bool]:
    """What each of several threads gets that do it at the same moment, each with a store of its own."""
    barrier = threading.Barrier(count)

    def begin(_: int) -> bool:
        store = Store(f"sqlite:///{file}")
        barrier.wait()
        return act(store)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_one_of_many_records_a_sweep(file: Path) -> None:
    assert sorted(at_once(file, lambda store: store.ledger.add(ASKED)))[-2:] == [False, True]


def test_one_of_many_adds_a_point(file: Path) -> None:
    assert sum(at_once(file, lambda store: store.add(a_point()))) == 1


def test_three_processes_begin_at_the_same_moment(file: Path) -> None:
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", STARTER, str(file)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    assert all(s.stdout and s.stdout.readline() == "ready\n" for s in starters)
    told = [word for s in starters for word in s.communicate("now\n")[0].split()]
    assert sorted(told) == ["False"] * 4 + ["True"] * 2


def test_a_new_file_that_another_holds_is_waited_for(file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE another (x)")
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("COMMIT")).start()
    assert Store(f"sqlite:///{file}").add(a_point())


def test_tables_that_another_has_just_made_are_taken(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PostgreSQL answers the slower of two that make a table."""
    asked, real = [], tables.CreateTable

    def refused_once(table: Any, **options: Any) -> Any:
        asked.append(table.name)
        if len(asked) == 1:
            Store(f"sqlite:///{file}").version(MODEL)
            raise ProgrammingError("CREATE TABLE", {}, Exception("relation exists already"))
        return real(table, **options)

    monkeypatch.setattr(tables, "CreateTable", refused_once)
    assert store.add(a_point())
