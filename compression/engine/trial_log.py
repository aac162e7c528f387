"""Writes a search's history down as it comes, so that whoever looks at it needn't search again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from compression.errors import StoreError
from compression.recipe import Recipe
from compression.recipe.sweep import GRID, Sweep
from compression.store import Store
from compression.store.trials import Trial

log = logging.getLogger(__name__)


class TrialLog:
    """Of one sweep; a grid's is left out, for its recipes and their order are known. May be told from any thread.

    A store that takes nothing is a warning in the log: the points matter more than the order they came in.
    """

    def __init__(self, sweep: Sweep, store: Store) -> None:
        self._sweep = sweep
        self._store = store
        self._batch: tuple[Trial, ...] = ()
        self._errors: dict[str, str] = {}
        self._thought = 0.0
        self._asked = self._batches = 0

    def think(self, cpu_seconds: float) -> None:
        """Choosing the next batch took so long."""
        self._thought += cpu_seconds

    def ask(self, recipes: Sequence[Recipe]) -> None:
        """These are measured next."""
        self._batch = tuple(
            Trial(self._asked + place, self._batches, recipe, 0.0 if place else self._thought)
            for place, recipe in enumerate(recipes)
        )
        self._asked += len(recipes)
        self._batches += 1
        self._thought = 0.0
        self._write(self._batch)

    def fail(self, key: str, error: str) -> None:
        """The recipe of this key could not be measured."""
        self._errors[key] = error

    def judge(self) -> None:
        """The batch is over: write down what failed in it, and why."""
        self._write(
            [
                replace(trial, error=self._errors[trial.recipe.key])
                for trial in self._batch
                if self._errors.get(trial.recipe.key)
            ]
        )

    def _write(self, trials: Sequence[Trial]) -> None:
        if self._sweep.sampler == GRID:
            return
        try:
            for trial in _runs(trials):
                self._store.trials.write(self._sweep.key, trial)
        except StoreError as error:
            log.warning("%s", error)


def _runs(trials: Sequence[Trial]) -> list[list[Trial]]:
    """Those with consecutive numbers together, as they are written at once."""
    runs: list[list[Trial]] = []
    for trial in trials:
        if runs and runs[-1][-1].number + 1 == trial.number:
            runs[-1].append(trial)
        else:
            runs.append([trial])
    return runs
