"""The two ends of a link: memory that both processes share where they are on one machine, beside it a socket.

The socket takes what other machines send, and what is too large for the memory.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq

from compression.deploy.stages.links import arrived, delivered
from compression.deploy.stages.ring import Bell, Ring, can_share, fits

SMALL = 65_536
"""Bytes that are copied rather than handed over to the socket, which costs more than it saves."""
LOOK_AT_SOCKET = 64
"""So many messages by memory, then one look whether something else has come by the socket."""
CHECK_MS = 100
"""A writer that sleeps looks so often whether it was woken: a bell that a dying process missed costs no more."""


@dataclass(frozen=True)
class Shared:
    """The files of a link within one machine."""

    ring: Path
    writer: Path
    reader: Path
    """The bells of both."""


def share(folder: Path, writer: int, reader: int) -> Shared | None:
    """Files in a folder that is ours alone, for a link between two numbered processes; None where memory can't be
    shared or has no room, and the socket does it all."""
    if not can_share():
        return None
    made = Shared(folder / f"ring-{writer}-{reader}", _bell(folder, writer), _bell(folder, reader))
    try:
        Ring.make(made.ring)
    except OSError:
        return None
    return made


def _bell(folder: Path, number: int) -> Path:
    file = folder / f"bell-{number}"
    if not file.exists():
        os.mkfifo(file, 0o600)
    return file


class Inlet:
    """What comes to a process, from one socket and any number of rings."""

    def __init__(self, socket: zmq.Socket[Any], links: Sequence[Shared] = ()) -> None:
        self.socket = socket
        self._rings = [Ring(link.ring) for link in links]
        self._writers = [Bell(link.writer) for link in links]
        self._bell = Bell(links[0].reader) if links else None
        self._poller = zmq.Poller()
        self._poller.register(socket, zmq.POLLIN)
        if self._bell:
            self._poller.register(self._bell.fd, zmq.POLLIN)
        self._turn = self._since_socket = 0
        self._held: int | None = None
        for ring in self._rings:
            ring.forget()

    def next(self, wait_ms: int) -> list[Any]:
        """The frames of the next message, to be read before the next call; none where nothing came for so long."""
        self._let_go()
        if not self._bell:
            return arrived(self.socket, wait_ms)
        until = time.monotonic() + wait_ms / 1000
        while True:
            self._since_socket += 1
            if self._since_socket < LOOK_AT_SOCKET and (frames := self._from_rings()):
                return frames
            self._since_socket = 0
            if (frames := arrived(self.socket, 0)) or (frames := self._from_rings()):
                return frames
            left = 1000 * (until - time.monotonic())
            if left <= 0:
                return []
            if all(ring.reader_sleeps() for ring in self._rings):
                self._poller.poll(math.ceil(left))
            self._bell.heard()

    def close(self) -> None:
        for bell in (*self._writers, *filter(None, [self._bell])):
            bell.close()
        self.socket.close()

    def _from_rings(self) -> list[Any] | None:
        for _ in self._rings:
            self._turn = (self._turn + 1) % len(self._rings)
            if frames := self._rings[self._turn].get():
                self._held = self._turn
                return frames
        return None

    def _let_go(self) -> None:
        if self._held is not None:
            self._rings[self._held].freed()
            if self._rings[self._held].writer_waits():
                self._writers[self._held].ring()
            self._held = None


class Outlet:
    """The way to one next process."""

    def __init__(
        self,
        socket: zmq.Socket[Any],
        link: Shared | None,
        timeout_s: float,
        *,
        waits_again: bool = True,
    ) -> None:
        self.socket, self.timeout_s, self.waits_again = socket, timeout_s, waits_again
        self._is_away = False
        self._ring = Ring(link.ring) if link else None
        self._own = Bell(link.writer) if link else None
        self._reader = Bell(link.reader) if link else None

    def send(self, frames: Sequence[Any]) -> bool:
        """Whether the next process took a message, or has room for it, before the time-out.

        One that let it run out is not waited for again, unless ``waits_again``, until it takes something.
        """
        header, *tensors = [memoryview(frame).nbytes for frame in frames]
        if self._ring is None or not fits(header, tensors):
            self.socket.set(zmq.SNDTIMEO, int(1000 * self._patience_s))
            took = delivered(self.socket, frames, copy=sum(tensors) < SMALL)
        elif took := self._has_room(self._ring):
            self._ring.put(frames)
            if self._ring.reader_waits():
                assert self._reader
                self._reader.ring()
        self._is_away = not took
        return took

    @property
    def _patience_s(self) -> float:
        return 0.0 if self._is_away and not self.waits_again else self.timeout_s

    def places(self, sizes: Sequence[int]) -> list[Any] | None:
        """Memory to compute the next message's tensors into, so that nothing is copied; None where there is none."""
        if self._ring is None or not fits(0, sizes) or not self._has_room(self._ring):
            return None
        return self._ring.places(sizes)

    def has_room(self, wait_s: float) -> bool:
        """Whether the memory has room for one more message, now or so soon; the socket is asked when it is sent."""
        return self._ring is None or self._has_room(self._ring, wait_s)

    def close(self) -> None:
        for bell in filter(None, [self._own, self._reader]):
            bell.close()
        self.socket.close()

    def _has_room(self, ring: Ring, wait_s: float | None = None) -> bool:
        if not ring.is_full:
            return True
        assert self._own
        until = time.monotonic() + (self._patience_s if wait_s is None else wait_s)
        poller = zmq.Poller()
        poller.register(self._own.fd, zmq.POLLIN)
        while ring.writer_sleeps():
            left = until - time.monotonic()
            if left <= 0:
                return False
            poller.poll(min(math.ceil(1000 * left), CHECK_MS))
            self._own.heard()
        return True
