"""What a finished future says: a point, an error in one sentence, or that the cluster was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compression.errors import LabError
from compression.point import Point
from compression.recipe import Recipe
from compression.training.progress import TrainingCancelled


@dataclass(frozen=True)
class Outcome:
    point: Point | None = None
    error: str = ""
    lost: bool = False
    cancelled: bool = False
    """A training stopped because nobody waited for it."""


def read(future: Any, recipe: Recipe) -> Outcome:
    """Fetch a finished future's result; blocks for one round trip."""
    try:
        if future.status == "finished":
            text = future.result(timeout=30)
            if isinstance(text, str):  # else the connection broke while it was fetched
                return Outcome(point=Point.model_validate_json(text))
        if future.status == "error":
            error = future.exception(timeout=30)
            if isinstance(error, TrainingCancelled):
                return Outcome(cancelled=True)
            return Outcome(error=_sentence(error, recipe))
    except Exception as error:
        if not is_loss(error):
            return Outcome(error=_sentence(error, recipe))
    return Outcome(lost=True)


def killed(recipe: Recipe) -> str:
    return (
        f"{_name(recipe)} could not be measured: the processes that tried ended three times, most "
        "likely for lack of memory; close other programs or choose a smaller model."
    )


def is_loss(error: BaseException) -> bool:
    """The connection broke while the result was fetched."""
    return isinstance(error, (OSError, TimeoutError)) or type(error).__name__.endswith(
        ("CancelledError", "TimeoutError", "CommClosedError", "ClosedClientError")
    )


def _sentence(error: BaseException, recipe: Recipe) -> str:
    if isinstance(error, LabError):
        return str(error)
    if type(error).__name__ == "KilledWorker":
        return killed(recipe)
    reason = (str(error).strip().splitlines() or [""])[0][:200].rstrip(".")
    return f"{_name(recipe)} could not be measured ({type(error).__name__}: {reason})."


def _name(recipe: Recipe) -> str:
    return f"{recipe.model} ({recipe.describe()})"
