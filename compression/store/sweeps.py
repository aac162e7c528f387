"""The sweeps that were asked for, as the store keeps them: what survives a crash."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import insert, select, update

from compression.store.database import Conflict, Database
from compression.store.tables import SWEEPS

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


_COLUMNS = [SWEEPS.c[field.name] for field in fields(SweepRecord)]


class SweepLedger:
    """Sweeps in the database. One process at most owns a running one; taking it over is atomic."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> SweepRecord | None:
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(SWEEPS.c.key == key)).first()
        return None if row is None else SweepRecord(*row)

    def all(self, model: str | None = None) -> tuple[SweepRecord, ...]:
        """Newest first."""
        query = select(*_COLUMNS).order_by(SWEEPS.c.created.desc())
        if model is not None:
            query = query.where(SWEEPS.c.model == model)
        with self._database.reading() as connection:
            return tuple(SweepRecord(*row) for row in connection.execute(query))

    def add(self, record: SweepRecord) -> bool:
        """Record a sweep that was not asked before; False if it is there already."""
        now = time.time()
        values = {**vars(record), "created": now, "beat": now}
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
