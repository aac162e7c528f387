"""The points that were only measured ahead: a slider might have moved there, but nobody has asked for them yet.

Marks beside the points, so that looking at a point that carries none reads one key and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, delete, insert, inspect, select, true

from compression.store.tables import AHEAD, POINTS

FETCH = 500
"""Keys in one statement; below SQLite's oldest limit of 999."""


def mark(connection: Connection, keys: Iterable[str]) -> None:
    """Mark points that have just been inserted; a mark from before, of a point that was replaced, is no obstacle."""
    if marks := [{"key": key} for key in keys]:
        unmark(connection, [mark["key"] for mark in marks])
        connection.execute(insert(AHEAD), marks)


def marked(connection: Connection, keys: Sequence[str]) -> list[str]:
    """Those of the keys whose points were only measured ahead."""
    if not _has_marks(connection):
        return []
    queries = (select(AHEAD.c.key).where(AHEAD.c.key.in_(batch)) for batch in _batches(keys))
    return [key for query in queries for key in connection.scalars(query)]


def unmark(connection: Connection, keys: Sequence[str]) -> None:
    for batch in _batches(keys):
        connection.execute(delete(AHEAD).where(AHEAD.c.key.in_(batch)))


def was_asked_for(connection: Connection) -> ColumnElement[bool]:
    """Of a row of points: that somebody has asked for it."""
    if not _has_marks(connection):
        return true()
    return ~select(AHEAD.c.key).where(AHEAD.c.key == POINTS.c.key).exists()


def _has_marks(connection: Connection) -> bool:
    """A store of before that can't be written has none."""
    return inspect(connection).has_table(AHEAD.name)


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + FETCH] for start in range(0, len(keys), FETCH))
