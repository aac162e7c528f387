"""What a finished future says: a value, an error in one sentence, or that the cluster was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compression.engine.jobs import Job
from compression.errors import LabError
from compression.training.progress import TrainingCancelled


@dataclass(frozen=True)
class Result:
    """The value, unless one of the others is set."""

    value: Any = None
    error: str = ""
    is_lost: bool = False
    is_cancelled: bool = False
    """A training stopped because nobody waited for it."""


def read(future: Any, job: Job) -> Result:
    """Fetch a finished future's result; blocks for one round trip."""
    try:
        if future.status == "finished":
            text = future.result(timeout=30)
            if isinstance(text, str):  # else the connection broke while it was fetched
                return Result(job.read(text))
        if future.status == "error":
            error = future.exception(timeout=30)
            if isinstance(error, TrainingCancelled):
                return Result(is_cancelled=True)
            return Result(error=_sentence(error, job))
    except Exception as error:
        if not _is_loss(error):
            return Result(error=_sentence(error, job))
    return Result(is_lost=True)


def killed(job: Job) -> str:
    return (
        f"{job.failure}: the processes that tried ended three times, most likely for lack of memory; "
        "close other programs or choose a smaller model."
    )


def _is_loss(error: BaseException) -> bool:
    """The connection broke while the result was fetched."""
    return isinstance(error, (OSError, TimeoutError)) or type(error).__name__.endswith(
        ("CancelledError", "TimeoutError", "CommClosedError", "ClosedClientError")
    )


def _sentence(error: BaseException, job: Job) -> str:
    if isinstance(error, LabError):
        return str(error)
    if type(error).__name__ == "KilledWorker":
        return killed(job)
    reason = (str(error).strip().splitlines() or [""])[0][:200].rstrip(".")
    return f"{job.failure} ({type(error).__name__}: {reason})."
