"""The sweeps that were asked for, as the store keeps them: what survives a crash."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace
from typing import Literal

from sqlalchemy import Connection, delete, insert, inspect, select, update

from compression.errors import UsageError
from compression.store.database import Conflict, Database
from compression.store.tables import SWEEP_NAMES, SWEEPS, TRIALS

SweepState = Literal["running", "finished", "cancelled", "failed"]


@dataclass(frozen=True)
class SweepRecord:
    """One sweep that was asked for, and how far it had come when its owner last said so."""

    key: str
    model: str
    body: str
    """The sweep itself as JSON."""
    state: SweepState
    total: int
    done: int = 0
    failed: int = 0
    message: str = ""
    owner: str = ""
    """The process that runs it."""
    beat: float = 0.0
    """When the owner last said that it is alive, seconds since 1970."""
    created: float = 0.0
    name: str = ""
    """What its user has called it; empty until then."""


LONGEST_NAME = 80
_COLUMNS = [SWEEPS.c[field.name] for field in fields(SweepRecord) if field.name != "name"]


class SweepLedger:
    """Sweeps in the database. One process at most owns a running one; taking it over is atomic."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> SweepRecord | None:
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(SWEEPS.c.key == key)).first()
            names = {} if row is None else _names(connection, key)
        return None if row is None else replace(SweepRecord(*row), name=names.get(key, ""))

    def all(self, model: str | None = None) -> tuple[SweepRecord, ...]:
        """Newest first."""
        query = select(*_COLUMNS).order_by(SWEEPS.c.created.desc())
        if model is not None:
            query = query.where(SWEEPS.c.model == model)
        with self._database.reading() as connection:
            records = [SweepRecord(*row) for row in connection.execute(query)]
            names = _names(connection) if records else {}
        return tuple(replace(record, name=names.get(record.key, "")) for record in records)

    def add(self, record: SweepRecord) -> bool:
        """Record a sweep that was not asked before; False if it is there already."""
        now = time.time()
        values = {column.name: getattr(record, column.name) for column in _COLUMNS}
        values |= {"created": now, "beat": now}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(SWEEPS).values(values))
        except Conflict:
            return False
        return True

    def take(self, seen: SweepRecord, owner: str, body: str = "") -> bool:
        """Become the owner of a sweep as it was ``seen``; False if another was faster.

        ``body`` is the sweep itself, written anew: what is there may be damaged.
        """
        change = (
            update(SWEEPS)
            .where(SWEEPS.c.key == seen.key, SWEEPS.c.owner == seen.owner)
            .where(SWEEPS.c.state == seen.state)
            .values(owner=owner, state="running", beat=time.time(), failed=0, message="")
        )
        if body:
            change = change.values(body=body)
        with self._database.writing() as connection:
            return bool(connection.execute(change).rowcount)

    def report(
        self, key: str, owner: str, *, state: SweepState, done: int, failed: int, message: str = ""
    ) -> bool:
        """The owner's word on how far it is; False if the sweep was cancelled or taken over."""
        change = (
            update(SWEEPS)
            .where(SWEEPS.c.key == key, SWEEPS.c.owner == owner, SWEEPS.c.state == "running")
            .values(state=state, done=done, failed=failed, message=message, beat=time.time())
        )
        with self._database.writing() as connection:
            return bool(connection.execute(change).rowcount)

    def cancel(self, key: str) -> bool:
        """Cancel a running sweep, whoever runs it: its owner stops at its next report."""
        change = (
            update(SWEEPS)
            .where(SWEEPS.c.key == key, SWEEPS.c.state == "running")
            .values(state="cancelled")
        )
        with self._database.writing() as connection:
            return bool(connection.execute(change).rowcount)

    def set_name(self, key: str, name: str) -> bool:
        """Call a sweep something, its owner or not; an empty name gives it none. False if there is no such sweep."""
        named = " ".join(name.split())
        if len(named) > LONGEST_NAME:
            raise UsageError(
                f"A name of {len(named)} characters is too long: {LONGEST_NAME} are allowed; shorten it."
            )
        with self._database.writing() as connection:
            if connection.scalar(select(SWEEPS.c.key).where(SWEEPS.c.key == key)) is None:
                return False
            connection.execute(delete(SWEEP_NAMES).where(SWEEP_NAMES.c.key == key))
            if named:
                connection.execute(insert(SWEEP_NAMES).values(key=key, name=named))
        return True

    def delete(self, key: str) -> bool:
        """Forget a sweep, not its points; whoever runs it stops at its next report. False if there is no such sweep."""
        with self._database.writing() as connection:
            connection.execute(delete(SWEEP_NAMES).where(SWEEP_NAMES.c.key == key))
            connection.execute(delete(TRIALS).where(TRIALS.c.sweep == key))
            return bool(connection.execute(delete(SWEEPS).where(SWEEPS.c.key == key)).rowcount)


def _names(connection: Connection, key: str | None = None) -> dict[str, str]:
    """The names that sweeps were given; none in a store of before that can't be written."""
    if not inspect(connection).has_table(SWEEP_NAMES.name):
        return {}
    query = select(SWEEP_NAMES.c.key, SWEEP_NAMES.c.name)
    if key is not None:
        query = query.where(SWEEP_NAMES.c.key == key)
    return {row.key: row.name for row in connection.execute(query)}
