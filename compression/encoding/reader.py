"""Reads the parts of a tensor's bytes one after the other, and refuses what isn't there."""

from __future__ import annotations

from compression.errors import ArtifactError


class Reader:
    """A position in untrusted bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes; ArtifactError if there are fewer."""
        part = self.peek(count)
        if len(part) < count:
            raise corrupt("a tensor's bytes end too early")
        self._position += count
        return part

    def peek(self, count: int) -> bytes:
        """At most ``count`` next bytes, left where they are."""
        return self._data[self._position : self._position + count]

    def finish(self) -> None:
        """ArtifactError unless everything was read."""
        if self._position != len(self._data):
            raise corrupt("a tensor has more bytes than its shape needs")


def corrupt(what: str) -> ArtifactError:
    return ArtifactError(f"The file is corrupt: {what}; copy or export it again.")
