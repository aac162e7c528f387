"""A map of many recipes, accuracy alone on part of the test set: coarse, and several times as fast.

For looking around before measuring: nothing of it is stored or drawn as a point.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from compression.engine.connection import Connection
from compression.errors import EngineError, UsageError
from compression.recipe import Recipe, canonical_json

if TYPE_CHECKING:
    from compression.engine.engine import Engine

CHUNK = 5
"""Recipes per task: enough to make the way to the worker cheap, few enough to share the work out."""

GIVEN_UP = "The screening was given up: the engine was lost or too slow; ask again."


def screen(
    engine: Engine, recipes: Sequence[Recipe], *, examples: int, rank: int, seconds: float
) -> list[float]:
    """The accuracy of each recipe on the first ``examples`` test examples, in 32-bit floats.

    Blocks until all are there; EngineError when a recipe fails or after ``seconds``.
    """
    if trained := next((recipe for recipe in recipes if recipe.is_trained), None):
        raise UsageError(f"{trained.describe()} is trained, which a screening does not do: run it.")
    link = engine.wait_until_ready(seconds)
    chunks = [recipes[start : start + CHUNK] for start in range(0, len(recipes), CHUNK)]
    arrived = threading.Semaphore(0)
    futures = []
    for number, chunk in enumerate(chunks):
        asked = canonical_json([recipe.model_dump() for recipe in chunk])
        key = f"screen-{recipes[0].key}-{len(recipes)}-{examples}-{number}"
        arguments = (engine.module, "screen", asked, str(examples))
        futures.append(link.submit(key, rank, arguments, lambda _: arrived.release()))
    for _ in futures:
        if not arrived.acquire(timeout=seconds) or link.gone.is_set():
            raise EngineError(GIVEN_UP)
    return [accuracy for future in futures for accuracy in _accuracies(future, link)]


def _accuracies(future: Any, link: Connection) -> list[float]:
    if future.status == "error":
        raise EngineError(f"The screening failed: {future.exception(timeout=30)}")
    if future.status != "finished" or link.gone.is_set():
        raise EngineError(GIVEN_UP)
    found: list[float] = json.loads(future.result(timeout=30))
    return found
