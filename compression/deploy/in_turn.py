"""Several loaded files behind the interface of one: an example passes one stage of them after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compression.deploy.runtimes import Port, Session


def in_turn(stages: Sequence[Sequence[Session]]) -> Session:
    """One session that runs them all; a single one stays as it is, and as fast."""
    if len(stages) == 1 and len(stages[0]) == 1:
        return stages[0][0]
    return InTurn(tuple(map(tuple, stages)))


class InTurn:
    """Each session of a stage is given, by name, what all of the stage before put out."""

    def __init__(self, stages: tuple[tuple[Session, ...], ...]) -> None:
        self.stages = stages

    def get_inputs(self) -> Sequence[Port]:
        return self.stages[0][0].get_inputs()

    def get_outputs(self) -> Sequence[Port]:
        return [port for session in self.stages[-1] for port in session.get_outputs()]

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]:
        given = dict(feed)
        for stage in self.stages:
            made: dict[str, Any] = {}
            for session in stage:
                made |= outputs_of(session, given)
            given = made
        return [given[name] for name in outputs or given]


def outputs_of(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    """All that a session puts out, by name and in its order, of those of the given values that it takes."""
    names = [port.name for port in session.get_outputs()]
    takes = {port.name: given[port.name] for port in session.get_inputs()}
    return dict(zip(names, session.run(names, takes), strict=True))
