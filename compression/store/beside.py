"""What was found out of points later: answers to questions, kept beside them, and the figures that these tell.

Measuring knows nothing of them, so that a new question leaves every point as it is. They count as long as the recipe's
key does, which names the weights and the way of measuring.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, inspect, select

from compression.errors import LabError
from compression.point import METRICS, Measurement, Point
from compression.recipe import canonical_json, recipe_from_dict
from compression.store.database import Conflict, Database
from compression.store.rows import raise_version
from compression.store.tables import BESIDE

log = logging.getLogger(__name__)

KEPT = {"robustness": 1, "attack_curve": 1, "bad_inputs": 1, "changes": 1, "guards": 1}
"""The questions whose answers are kept, with a number to raise whenever one would be answered differently."""

FILES = frozenset(("kept", "beside_kept"))
"""Arguments that only say where a trained model's file lies."""

_Figures = dict[str, Measurement]
_FIGURES = TypeAdapter(_Figures)


class Beside:
    """Answers by question and recipe. Thread-safe; kept again, an answer replaces the one before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[str, tuple[int, dict[str, _Figures]]] = {}
        self._made: dict[str, tuple[Point, _Figures, Point]] = {}
        self._lock = threading.Lock()

    def find(self, question: str, arguments: Mapping[str, Any]) -> Any:
        """The kept answer; None where there is none."""
        key = key_of(question, arguments)
        if key is None:
            return None
        with self._database.reading() as connection:
            if not _is_there(connection):
                return None
            body = connection.scalar(select(BESIDE.c.body).where(BESIDE.c.key == key))
        try:
            return None if body is None else json.loads(body)
        except ValueError:
            log.warning("The kept answer %s can't be read", key)
            return None

    def keep(self, question: str, arguments: Mapping[str, Any], answer: Any) -> None:
        """Keep an answer; nothing happens where its question is none of those kept."""
        key = key_of(question, arguments)
        if key is None:
            return
        recipe = recipe_from_dict(arguments["recipe"])
        figures = answer.get("figures", {}) if isinstance(answer, Mapping) else {}
        try:
            with self._database.writing() as connection:
                version = raise_version(connection, recipe.model)
                connection.execute(delete(BESIDE).where(BESIDE.c.key == key))
                connection.execute(
                    insert(BESIDE),
                    {
                        "key": key, "model": recipe.model, "point": recipe.key, "version": version,
                        "figures": json.dumps(figures) if figures else "",
                        "body": json.dumps(answer),
                    },
                )  # fmt: skip
        except Conflict:  # another process has just kept the same
            log.info("The answer %s is there already", key)

    def added(self, model: str, points: Sequence[Point], version: int) -> tuple[Point, ...]:
        """The points with the figures that were found out of them by this version of the model's points."""
        figures = self._figures(model, version)
        if not figures:
            return tuple(points)
        return tuple(
            self._together(point, found) if (found := figures.get(point.key)) else point
            for point in points
        )

    def _together(self, point: Point, found: _Figures) -> Point:
        """The point with these figures, made once: copying 10,000 points takes 0.4 s."""
        known = self._made.get(point.key)
        if known is None or known[0] is not point or known[1] is not found:
            both = {**point.measurements, **found}
            known = point, found, point.model_copy(update={"measurements": both})
            self._made[point.key] = known
        return known[2]

    def _figures(self, model: str, version: int) -> Mapping[str, _Figures]:
        """By point; only rows added since the last look are read."""
        with self._lock:
            seen, figures = self._read.get(model, (0, {}))
            if seen >= version:
                return figures
            query = (
                select(BESIDE.c.point, BESIDE.c.figures, BESIDE.c.version)
                .where(BESIDE.c.model == model, BESIDE.c.version > seen, BESIDE.c.figures != "")
                .order_by(BESIDE.c.version)
            )
            with self._database.reading() as connection:
                read = connection.execute(query).all() if _is_there(connection) else []
            figures = dict(figures)
            for row in read:
                figures[row.point] = {**figures.get(row.point, {}), **_parsed(row.figures)}
            latest = max([version, *(row.version for row in read)])
            self._read[model] = (latest, figures)
            return figures


def key_of(question: str, arguments: Mapping[str, Any]) -> str | None:
    """Equal for equal questions on equal recipes, wherever a file is kept; None for questions that are not kept."""
    if question not in KEPT:
        return None
    try:
        recipe = recipe_from_dict(arguments.get("recipe", {}))
    except LabError:
        return None
    others = {k: v for k, v in arguments.items() if k not in FILES | {"model", "recipe"}}
    asked = f"{question} {KEPT[question]} {recipe.key} {canonical_json(others)}"
    return hashlib.sha256(asked.encode()).hexdigest()[:32]


def _is_there(connection: Connection) -> bool:
    """A store of before that can't be written has no such table."""
    return inspect(connection).has_table(BESIDE.name)


def _parsed(text: str) -> _Figures:
    """The figures in a row; none of one that is damaged or not of this version."""
    try:
        found = _FIGURES.validate_json(text)
    except ValueError as error:
        log.warning("Kept figures can't be read: %s", error)
        return {}
    return {name: figure for name, figure in found.items() if name in METRICS}
