"""How points become rows and rows points again; the SQL of adding."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, delete, insert, select, update

from compression.errors import LabError
from compression.models.catalogue import hashes
from compression.point import Point
from compression.recipe import MEASURING_VERSION
from compression.store.tables import POINTS, VERSIONS

FETCH = 500
"""Keys in one statement; below SQLite's oldest limit of 999."""


def insert_better(connection: Connection, points: Mapping[tuple[str, str], Point]) -> int:
    """Insert the points that are new or better than what is there; how many they are.

    Raising the versions comes first: it takes the lock that orders all writers of a model.
    """
    versions = {model: _raised(connection, model) for model in sorted({m for m, _ in points})}
    keys = [key for _, key in points]
    there = stages(connection, keys)
    better = [p for p in points.values() if p.key not in there or _improves(p, there[p.key])]
    if not better:
        connection.rollback()
        return 0
    replaced = [point.key for point in better if point.key in there]
    for start in range(0, len(replaced), FETCH):
        batch = replaced[start : start + FETCH]
        connection.execute(delete(POINTS).where(POINTS.c.key.in_(batch)))
    connection.execute(insert(POINTS), [_row(p, versions[p.recipe.model]) for p in better])
    return len(better)


def _raised(connection: Connection, model: str) -> int:
    change = (
        update(VERSIONS).where(VERSIONS.c.model == model).values(version=VERSIONS.c.version + 1)
    )
    if not connection.execute(change).rowcount:
        connection.execute(insert(VERSIONS).values(model=model, version=1))
    return connection.scalar(select(VERSIONS.c.version).where(VERSIONS.c.model == model)) or 1


def stages(connection: Connection, keys: Sequence[str], stage: str | None = None) -> dict[str, str]:
    """The stage of each key that is there; with ``stage`` only those at that stage."""
    stage_of: dict[str, str] = {}
    for start in range(0, len(keys), FETCH):
        batch = keys[start : start + FETCH]
        query = select(POINTS.c.key, POINTS.c.stage).where(POINTS.c.key.in_(batch))
        stage_of.update((row.key, row.stage) for row in connection.execute(query))
    return stage_of if stage is None else {k: s for k, s in stage_of.items() if s == stage}


def _improves(point: Point, stage: str) -> bool:
    return point.stage == "full" and stage == "estimate"


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


def parsed(body: str) -> Point | None:
    """A row's point; None for one that this version can't read, which stays in the store."""
    try:
        return Point.model_validate_json(body)
    except (ValidationError, LabError) as error:
        logging.getLogger(__name__).warning("A stored point can't be read: %s", error)
        return None
