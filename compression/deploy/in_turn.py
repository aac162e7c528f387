"""Several loaded files behind the interface of one: an example passes them one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compression.deploy.runtimes import Port, Session


def in_turn(sessions: Sequence[Session]) -> Session:
    """One session that runs them all; a single one stays as it is, and as fast."""
    return sessions[0] if len(sessions) == 1 else InTurn(tuple(sessions))


class InTurn:
    """Each session is given, by name, what the one before it puts out."""

    def __init__(self, sessions: tuple[Session, ...]) -> None:
        self.sessions = sessions

    def get_inputs(self) -> Sequence[Port]:
        return self.sessions[0].get_inputs()

    def get_outputs(self) -> Sequence[Port]:
        return self.sessions[-1].get_outputs()

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]:
        for session in self.sessions[:-1]:
            names = [tensor.name for tensor in session.get_outputs()]
            feed = dict(zip(names, session.run(names, feed), strict=True))
        return self.sessions[-1].run(outputs, feed)
