"""How points become rows and rows points again; the SQL of adding."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from compression.errors import LabError
from compression.models.catalogue import hashes
from compression.point import Point
from compression.recipe import MEASURING_VERSION
from compression.store import ahead
from compression.store.tables import POINTS, VERSIONS

log = logging.getLogger(__name__)

FETCH = 500
"""Keys in one statement; below SQLite's oldest limit of 999."""


def insert_better(
    connection: Connection, points: Mapping[tuple[str, str], Point], measured_ahead: Collection[str]
) -> int:
    """Insert the points that are new or better than what is there, or than what can't be read; how many they are.

    Of those that are inserted, the ones ``measured_ahead`` are marked as such.
    Raising the versions comes first: it takes the lock that orders all writers of a model.
    """
    versions = {model: _raised(connection, model) for model in sorted({m for m, _ in points})}
    keys = [key for _, key in points]
    there = stored(connection, keys)
    better = [p for p in points.values() if _improves(p, there.get(p.key))]
    if not better:
        connection.rollback()
        return 0
    replaced = [point.key for point in better if point.key in there]
    for start in range(0, len(replaced), FETCH):
        batch = replaced[start : start + FETCH]
        connection.execute(delete(POINTS).where(POINTS.c.key.in_(batch)))
    connection.execute(insert(POINTS), [_row(p, versions[p.recipe.model]) for p in better])
    ahead.mark(connection, [point.key for point in better if point.key in measured_ahead])
    return len(better)


def _raised(connection: Connection, model: str) -> int:
    change = (
        update(VERSIONS).where(VERSIONS.c.model == model).values(version=VERSIONS.c.version + 1)
    )
    if not connection.execute(change).rowcount:
        connection.execute(insert(VERSIONS).values(model=model, version=1))
    return connection.scalar(select(VERSIONS.c.version).where(VERSIONS.c.model == model)) or 1


def stored(connection: Connection, keys: Sequence[str]) -> dict[str, Point | None]:
    """The points of those keys that are there; None where one can't be read."""
    points: dict[str, Point | None] = {}
    for start in range(0, len(keys), FETCH):
        batch = keys[start : start + FETCH]
        query = select(POINTS.c.key, POINTS.c.body).where(POINTS.c.key.in_(batch))
        points.update((row.key, parsed(row.key, row.body)) for row in connection.execute(query))
    return points


def newest(connection: Connection, model: str, limit: int) -> list[Point]:
    """The full points of a model that were added last and asked for, at most so many."""
    query = (
        select(POINTS.c.key, POINTS.c.body)
        .where(POINTS.c.model == model, POINTS.c.basis == basis(model), POINTS.c.stage == "full")
        .where(ahead.was_asked_for(connection))
        .order_by(POINTS.c.version.desc())
        .limit(limit)
    )
    read = (parsed(row.key, row.body) for row in connection.execute(query))
    return [point for point in read if point is not None]


def _improves(point: Point, there: Point | None) -> bool:
    return there is None or (point.stage == "full" and there.stage == "estimate")


def _row(point: Point, version: int) -> dict[str, Any]:
    return {
        "key": point.key,
        "model": point.recipe.model,
        "basis": basis(point.recipe.model),
        "version": version,
        "stage": point.stage,
        "body": point.model_dump_json(exclude_defaults=True),
    }


def basis(model: str) -> str:
    """What a model's points were measured on and how: points of another basis don't count."""
    return "-".join([str(MEASURING_VERSION), *(digest[:16] for digest in hashes(model).values())])


def parsed(key: str, body: Any) -> Point | None:
    """A row's point; None for one that is damaged or not of this version: it counts as absent, till it is replaced."""
    try:
        point = Point.model_validate_json(body)
    except (ValueError, TypeError, LabError) as error:
        log.warning("The stored point %s can't be read: %s", key, error)
        return None
    if point.key != key:
        log.warning("The stored point %s is that of another recipe, %s", key, point.key)
        return None
    return point
