"""What the engine works at now, and who waits: one line a recipe or question, in the order in which they go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compression.engine.jobs import Job, Priority
from compression.engine.point_job import PointJob
from compression.recipe import Recipe
from compression.training.progress import Progress

KINDS = {
    Priority.PREFETCH: "ahead", Priority.SWEEP: "run", Priority.QUESTION: "question",
    Priority.LIVE: "page", Priority.WARM: "page", Priority.ESTIMATE: "page",
}  # fmt: skip


@dataclass(frozen=True)
class UnderWay:
    """One recipe that is measured or trained, or waits for a worker."""

    recipe: Recipe
    kind: str
    """Who wants it: a ``page``, a ``run``, or nobody yet, ``ahead`` of a slider."""
    is_sent: bool
    """With a worker, or about to be; else it waits."""
    asked_by: int
    """How many wait for it."""
    training: Progress | None


def under_way(jobs: Sequence[Job]) -> tuple[UnderWay, ...]:
    """Recipes alone, those with a worker first, then by what goes first; questions take moments."""
    found = [
        (_rank(job, place), _one(job))
        for place, job in enumerate(jobs)
        if isinstance(job, PointJob)
    ]
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def _one(job: PointJob) -> UnderWay:
    last = job.progress[-1] if job.progress else None
    return UnderWay(job.recipe, KINDS[_priority(job)], _is_sent(job), len(job.requests), last)


def _rank(job: PointJob, place: int) -> tuple[bool, int, int]:
    return not _is_sent(job), -_priority(job), place


def _priority(job: Job) -> Priority:
    return max(
        (task.priority for task in job.tasks.values() if task.state != "over"),
        default=Priority.LIVE,
    )


def _is_sent(job: Job) -> bool:
    return any(task.state == "sent" for task in job.tasks.values())
