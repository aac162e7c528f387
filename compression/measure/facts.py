"""What a point tells besides its measurements: where it was measured, and what its graph does and answers."""

from __future__ import annotations

from typing import Any

from compression.deploy.deployment import Deployment
from compression.deploy.runtimes import Session
from compression.measure.answers import answers_to
from compression.measure.environment import environment
from compression.measure.exits import left_at
from compression.measure.work import work_text
from compression.subjects import Subject


def facts(subject: Subject, deployment: Deployment, exact: Session) -> dict[str, Any]:
    """By the names of a `Point`'s fields; ``exact`` computes exactly what the recipe describes."""
    return {
        "environment": environment(),
        "graph": deployment.graph,
        "shown": answers_to(subject.shown, exact),
        "work": work_text(deployment),
        "left": left_at(subject.shown, exact),
    }
