"""What a search has asked for, in order: its history can be read without searching again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import ValidationError
from sqlalchemy import delete, insert, inspect, select

from compression.errors import LabError
from compression.recipe import Recipe, recipe_from_dict
from compression.store.database import Database
from compression.store.tables import TRIALS


@dataclass(frozen=True)
class Trial:
    """One recipe that a sweep asked for."""

    number: int
    """Its place in the sweep, from 0."""
    batch: int
    recipe: Recipe
    thinking_seconds: float = 0.0
    """Processor time that choosing its whole batch took; told with the batch's first."""
    error: str = ""
    """Why it could not be measured; empty while it is awaited, and where its point is there."""


class TrialLedger:
    """Trials in the database. Writing those of a number again replaces them: a sweep that is resumed asks the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, sweep: str, trials: Sequence[Trial]) -> None:
        if not trials:
            return
        numbers = [trial.number for trial in trials]
        rows = [
            {
                "sweep": sweep,
                "number": trial.number,
                "batch": trial.batch,
                "recipe": trial.recipe.model_dump_json(),
                "thinking_seconds": trial.thinking_seconds,
                "error": trial.error,
            }
            for trial in trials
        ]
        with self._database.writing() as connection:
            connection.execute(
                delete(TRIALS).where(
                    TRIALS.c.sweep == sweep,
                    TRIALS.c.number >= min(numbers),
                    TRIALS.c.number <= max(numbers),
                )
            )
            connection.execute(insert(TRIALS), rows)

    def of(self, sweep: str) -> tuple[Trial, ...]:
        """In the order asked for; empty for a sweep of before trials were kept. One that can't be read is left out."""
        query = (
            select(
                TRIALS.c.number,
                TRIALS.c.batch,
                TRIALS.c.recipe,
                TRIALS.c.thinking_seconds,
                TRIALS.c.error,
            )
            .where(TRIALS.c.sweep == sweep)
            .order_by(TRIALS.c.number)
        )
        with self._database.reading() as connection:
            if not inspect(connection).has_table(TRIALS.name):
                return ()
            rows = connection.execute(query).all()
        return tuple(trial for row in rows if (trial := _read(*row)) is not None)


def _read(number: int, batch: int, recipe: str, thinking: float, error: str) -> Trial | None:
    try:
        return Trial(number, batch, _recipe(recipe), thinking, error)
    except (LabError, ValidationError, ValueError):
        return None


@lru_cache(maxsize=4096)
def _recipe(text: str) -> Recipe:
    """A page that watches a search reads the same ones each second."""
    return recipe_from_dict(json.loads(text))
