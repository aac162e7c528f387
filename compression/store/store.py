"""The store: finished points and the sweeps asked for, in any SQL database; SQLite by default."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import URL, select

from compression.errors import NotKept, StoreError
from compression.point import Point
from compression.recipe import Recipe
from compression.store import ahead, bundled, rows
from compression.store.beside import Beside
from compression.store.database import Conflict, Database, address
from compression.store.imported import Imported
from compression.store.sweeps import SweepLedger, SweepRecord
from compression.store.tables import POINTS, VERSIONS
from compression.store.trials import TrialLedger

log = logging.getLogger(__name__)

TRIES = 10
"""Of two processes that add a model's very first point, one is told that the other was faster."""


@dataclass(frozen=True)
class _Snapshot:
    """A model's points as this process last read them."""

    version: int
    by_key: Mapping[str, Point]
    points: tuple[Point, ...]


class Store:
    """What was measured here, and beside it what is bundled.

    What it promises:

    - **Atomic.** A point is there as a whole or not at all, and so is its model's new version.
    - **Durable.** When ``add`` returns the point survives the end of any process and a power cut.
    - **Finished is final.** A full point is never overwritten; an estimate gives way to it. A point that can't be
      read, damaged or of another version, counts as absent everywhere, and gives way as well.
    - **Many may write.** Processes and threads add at once; no reader misses a point.
    - **Nothing of the user's is thrown away.** A damaged file is reported and left as it is.

    Every failure is a StoreError in one sentence, raised where it happens and not at construction;
    the next call tries again.
    """

    def __init__(self, url: str | URL, bundled_folder: Path = bundled.FOLDER) -> None:
        self._database = Database(url)
        self.bundled_folder = bundled_folder
        self._snapshots: dict[str, _Snapshot] = {}
        self._lock = threading.Lock()
        self.ledger = SweepLedger(self._database)
        self.trials = TrialLedger(self._database)
        self.beside = Beside(self._database)
        self.imported = Imported(self._database)

    @classmethod
    def open(cls) -> Store:
        """The process's store: that of ``COMPACT_DATABASE``, else of the home folder."""
        return _opened(address())

    @property
    def place(self) -> str:
        """Where it is, for messages; a password is not shown."""
        return self._database.place

    def close(self) -> None:
        self._database.close()

    # Points that plots and sliders read

    def known(self, model: str) -> tuple[Point, ...]:
        """All points of a model, measured here, else bundled, else imported, with what was found out of them later."""
        own = self._snapshot(model)
        others = self.imported.points(model, own.version)
        shipped = bundled.points(model, self.bundled_folder)
        by_key = {**own.by_key, **others, **shipped, **own.by_key}
        return self.beside.added(model, tuple(by_key.values()), own.version)

    def lookup(self, recipe: Recipe) -> Point | None:
        """The recipe's point if it is known: measured here, else bundled."""
        own = self.get(recipe.key)
        return own or bundled.points(recipe.model, self.bundled_folder).get(recipe.key)

    def original(self, model: str) -> Point | None:
        """What compressed points of the model are compared with, if it is known."""
        return self.lookup(Recipe.build(model))

    # Points measured here

    def version(self, model: str) -> int:
        """A number that grows with every point of the model, whichever process adds it. ~0.2 ms."""
        with self._database.reading() as connection:
            version = connection.scalar(select(VERSIONS.c.version).where(VERSIONS.c.model == model))
        return version or 0

    def points(self, model: str | None = None, since: int = 0) -> tuple[Point, ...]:
        """Points measured here, oldest first; with ``since`` only those of later versions."""
        if model is None:
            return tuple(point for name in self._models() for point in self.points(name, since))
        if since:
            return tuple(self._rows(model, since)[1].values())
        return self._snapshot(model).points

    def recent(self, limit: int) -> tuple[Point, ...]:
        """Points of all models that were asked for and measured here last, newest first; so many of each at most."""
        with self._database.reading() as connection:
            models = connection.scalars(select(VERSIONS.c.model)).all()
            found = [rows.newest(connection, model, limit) for model in models]
        points = sorted((p for each in found for p in each), key=lambda point: point.created)
        return tuple(reversed(points))

    def get(self, key: str) -> Point | None:
        """The point measured here under this key."""
        return self._found((key,)).get(key)

    def have(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose full point was measured here, and can be read."""
        return {key for key, point in self._found(keys).items() if point.stage == "full"}

    def _found(self, keys: Iterable[str]) -> dict[str, Point]:
        """Those that can be read, by key; of a snapshot only full ones, for others may have become so since."""
        asked = set(keys)
        found = {
            key: snapshot.by_key[key]
            for snapshot in tuple(self._snapshots.values())
            for key in asked & snapshot.by_key.keys()
            if snapshot.by_key[key].stage == "full"
        }
        if left := sorted(asked - found.keys()):
            with self._database.reading() as connection, _no_collecting():
                stored = rows.stored(connection, left)
            found |= {key: point for key, point in stored.items() if point is not None}
        return found

    def add(self, point: Point) -> bool:
        """Keep a point; False if an equal or better one is there already."""
        return self.add_all((point,)) == 1

    def keep(self, point: Point) -> None:
        """Keep a point that is an answer all the same: a store that takes nothing is a warning in the log."""
        try:
            self.add(point)
        except NotKept as error:
            log.warning("%s", error)

    def add_all(self, points: Iterable[Point], measured_ahead: Collection[str] = ()) -> int:
        """Keep several points in one transaction; how many of them were new or better.

        ``measured_ahead`` are the keys of those that nobody has asked for so far, see ``asked_for``.
        """
        unique = {(point.recipe.model, point.key): point for point in points}
        for _ in range(TRIES):
            with suppress(Conflict), self._database.writing() as connection:
                added = rows.insert_better(connection, unique, measured_ahead)
                break
        else:
            raise StoreError(f"The store {self.place} is written by too many at once: try again.")
        if added < len(unique):  # another process may have measured it ahead
            self.asked_for(key for _, key in unique if key not in measured_ahead)
        return added

    def asked_for(self, keys: Iterable[str]) -> None:
        """Somebody wants these points: what was only measured ahead is so no longer. ~0.3 ms; a write if there was one.

        Where the store can't be read or written the mark stays, with a warning in the log.
        """
        asked = sorted(set(keys))
        try:
            with self._database.reading() as connection:
                marked = ahead.marked(connection, asked)
            if marked:
                with self._database.writing() as connection:
                    ahead.unmark(connection, marked)
        except StoreError as error:
            log.warning("%s", error)

    # Sweeps

    def sweep(self, key: str) -> SweepRecord | None:
        return self.ledger.get(key)

    def sweeps(self, model: str | None = None) -> tuple[SweepRecord, ...]:
        """The sweeps asked for, newest first."""
        return self.ledger.all(model)

    # What this process has read

    def _snapshot(self, model: str) -> _Snapshot:
        """The model's points, of which only the rows added since the last look are parsed."""
        version = self.version(model)
        snapshot = self._snapshots.get(model)
        if snapshot is not None and snapshot.version == version:
            return snapshot
        with self._lock:
            old = self._snapshots.get(model) or _Snapshot(0, {}, ())
            latest, fresh = self._rows(model, old.version)
            by_key = {**old.by_key, **fresh}
            snapshot = _Snapshot(max(latest, version), by_key, tuple(by_key.values()))
            self._snapshots[model] = snapshot
        return snapshot

    def _rows(self, model: str, since: int) -> tuple[int, dict[str, Point]]:
        """Points added after a version, and the highest version among all rows read."""
        query = (
            select(POINTS.c.key, POINTS.c.version, POINTS.c.body)
            .where(POINTS.c.model == model, POINTS.c.version > since)
            .where(POINTS.c.basis == rows.basis(model))
            .order_by(POINTS.c.version)
        )
        with self._database.reading() as connection:
            read = connection.execute(query).all()
        with _no_collecting():
            parsed = {row.key: rows.parsed(row.key, row.body) for row in read}
        latest = max((row.version for row in read), default=since)
        return latest, {key: point for key, point in parsed.items() if point is not None}

    def _models(self) -> list[str]:
        with self._database.reading() as connection:
            return list(connection.scalars(select(VERSIONS.c.model).order_by(VERSIONS.c.model)))


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Ten thousand points are 300,000 objects and no garbage: searching them doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@lru_cache(maxsize=8)
def _opened(url: str | URL) -> Store:
    return Store(url)
