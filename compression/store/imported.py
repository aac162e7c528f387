"""Points that somebody else measured: in a table of their own, so that none stands in a measured one's place."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, inspect, select

from compression.point import Point
from compression.store.database import Database
from compression.store.rows import FETCH, basis, parsed, raise_version
from compression.store.tables import IMPORTED


@dataclass(frozen=True)
class Source:
    """Who measured, and how many points of theirs there are."""

    name: str
    points: int


class Imported:
    """Imported points by key. Thread-safe; the first that came under a key stays."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[str, tuple[int, Mapping[str, Point]]] = {}
        self._lock = threading.Lock()

    def add(self, points: Iterable[Point]) -> int:
        """Keep those whose key was not imported before, in one transaction; how many these are."""
        unique = {point.key: point for point in points}
        if not unique:
            return 0
        with self._database.writing() as connection:
            models = sorted({point.recipe.model for point in unique.values()})
            versions = {model: raise_version(connection, model) for model in models}
            there = _there(connection, list(unique))
            fresh = [point for key, point in unique.items() if key not in there]
            if not fresh:
                connection.rollback()
                return 0
            connection.execute(
                insert(IMPORTED),
                [
                    {
                        "key": point.key, "model": point.recipe.model, "basis": basis(point.recipe.model),
                        "version": versions[point.recipe.model], "source": point.source,
                        "body": point.model_dump_json(exclude_defaults=True),
                    }
                    for point in fresh
                ],
            )  # fmt: skip
        return len(fresh)

    def points(self, model: str, version: int) -> Mapping[str, Point]:
        """Those of a model by key, as of this version of its points."""
        with self._lock:
            seen, found = self._read.get(model, (-1, {}))
            if seen == version:
                return found
            query = select(IMPORTED.c.key, IMPORTED.c.body).where(
                IMPORTED.c.model == model, IMPORTED.c.basis == basis(model)
            )
            with self._database.reading() as connection:
                rows = connection.execute(query).all() if _has_table(connection) else []
            read = ((row.key, parsed(row.key, row.body)) for row in rows)
            found = {key: point for key, point in read if point is not None}
            self._read[model] = (version, found)
            return found

    def sources(self) -> tuple[Source, ...]:
        """Whose points there are, by name."""
        query = (
            select(IMPORTED.c.source, func.count())
            .group_by(IMPORTED.c.source)
            .order_by(IMPORTED.c.source)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all() if _has_table(connection) else []
        return tuple(Source(name, count) for name, count in rows)

    def forget(self, source: str) -> int:
        """Forget all points of a source; how many these were."""
        with self._database.writing() as connection:
            models = connection.scalars(
                select(IMPORTED.c.model).where(IMPORTED.c.source == source).distinct()
            ).all()
            for model in sorted(models):
                raise_version(connection, model)
            return connection.execute(delete(IMPORTED).where(IMPORTED.c.source == source)).rowcount


def _there(connection: Connection, keys: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), FETCH):
        batch = keys[start : start + FETCH]
        found.update(connection.scalars(select(IMPORTED.c.key).where(IMPORTED.c.key.in_(batch))))
    return found


def _has_table(connection: Connection) -> bool:
    """A store of before that can't be written has no such table."""
    return inspect(connection).has_table(IMPORTED.name)
