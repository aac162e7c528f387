"""Messages between two processes of one machine: slots of shared memory, written by one and read by the other.

A system call and two copies less for each tensor than a socket, and none of its threads to compete with the stages for
the cores: on two cores the socket's took a third of the time of ds-cnn. Who has nothing to do sleeps on its bell.
"""

from __future__ import annotations

import mmap
import os
import platform
import struct
import sys
import threading
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

SLOTS = 3
SLOT_BYTES = 2 * 2**20
"""What a message in a slot may hold; a larger one goes by the socket. Few slots, for what has left a core's cache is
slow to write: with twice as many, a stage of ds-cnn took a sixth longer."""
MOST_FRAMES = 40
SHARED_FOLDER = Path("/dev/shm")
_CONTROL_BYTES, _ALIGNED = 4096, 64
_HEAD, _TAIL, _READER_SLEEPS, _WRITER_SLEEPS = 0, 8, 16, 24  # of 64-bit numbers: a cache line each
_LENGTHS_BYTES, _HEADER_BYTES = 512, 3584
_TENSORS = _LENGTHS_BYTES + _HEADER_BYTES


def can_share() -> bool:
    """Where stores are seen in their order by all cores (x86-64), and the system has a folder in memory."""
    return (
        sys.platform == "linux"
        and platform.machine() == "x86_64"
        and os.access(SHARED_FOLDER, os.W_OK | os.X_OK)
        and hasattr(os, "mkfifo")
    )


class Bell:
    """Wakes the one process that owns it: a named pipe, so that a dead owner's can be taken over."""

    def __init__(self, file: Path) -> None:
        self.fd = os.open(file, os.O_RDWR | os.O_NONBLOCK)

    def ring(self) -> None:
        try:
            os.write(self.fd, b"!")
        except BlockingIOError:
            return  # it has not heard the last thousands yet, so it will look anyway

    def heard(self) -> None:
        """Forget what has rung."""
        try:
            os.read(self.fd, 4096)
        except BlockingIOError:
            return

    def close(self) -> None:
        os.close(self.fd)


class Ring:
    """One writer, one reader, SLOTS messages between them; both open the same file."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), _size())
        # Views of memory, not arrays: a tenth of the time for what is small.
        self._bytes = memoryview(self._memory)
        self._numbers = self._bytes[:_CONTROL_BYTES].cast("q")
        self._has_places = False
        self._barrier = threading.Lock()

    @staticmethod
    def make(file: Path) -> None:
        """OSError where there is no room; what is given is there, so that no later access can fail."""
        with file.open("xb") as made:
            os.fchmod(made.fileno(), 0o600)
            try:
                os.posix_fallocate(made.fileno(), 0, _size())
            except OSError:
                file.unlink()
                raise

    # The writer's side.

    @property
    def is_full(self) -> bool:
        return bool(self._numbers[_HEAD] - self._numbers[_TAIL] >= SLOTS)

    def places(self, sizes: Sequence[int]) -> list[Any]:
        """Where the tensors of the next message will lie: bytes to write them into, in a slot that must be free."""
        self._has_places = True
        return [np.frombuffer(place, dtype=np.uint8) for place in self._places(sizes)]

    def put(self, frames: Sequence[Any]) -> None:
        """A header and its tensors into the next slot, which must be free; what lies in its place isn't copied."""
        header, *tensors = [memoryview(frame).cast("B") for frame in frames]
        sizes = [tensor.nbytes for tensor in tensors]
        slot = self._slot(self._numbers[_HEAD])
        struct.pack_into(f"{2 + len(sizes)}q", slot, 0, 1 + len(sizes), header.nbytes, *sizes)
        slot[_LENGTHS_BYTES : _LENGTHS_BYTES + header.nbytes] = header
        for tensor, place in zip(tensors, self._places(sizes), strict=True):
            if not self._has_places or _address(tensor) != _address(place):
                place[:] = tensor
        self._has_places = False
        self._numbers[_HEAD] += 1

    def _places(self, sizes: Sequence[int]) -> list[memoryview]:
        slot = self._slot(self._numbers[_HEAD])
        starts = accumulate(map(_aligned, sizes), initial=_TENSORS)
        return [slot[start : start + size] for start, size in zip(starts, sizes, strict=False)]

    def reader_waits(self) -> bool:
        return self._take_flag(_READER_SLEEPS)

    def writer_sleeps(self) -> bool:
        """Say that the writer is about to sleep; whether it still has to."""
        self._raise_flag(_WRITER_SLEEPS)
        return self.is_full

    # The reader's side.

    def get(self) -> list[Any] | None:
        """The frames of the oldest message, in the slot itself until it is ``freed``; None where there is none."""
        tail = self._numbers[_TAIL]
        if self._numbers[_HEAD] == tail:
            return None
        slot = self._slot(tail)
        (count,) = struct.unpack_from("q", slot)
        header, *tensors = struct.unpack_from(f"{min(max(count, 1), MOST_FRAMES)}q", slot, 8)
        frames, at = [slot[_LENGTHS_BYTES : _LENGTHS_BYTES + max(header, 0)]], _TENSORS
        for length in tensors:
            frames.append(slot[at : at + max(length, 0)])
            at += _aligned(length)
        return frames

    def freed(self) -> None:
        self._numbers[_TAIL] += 1

    def writer_waits(self) -> bool:
        return self._take_flag(_WRITER_SLEEPS)

    def reader_sleeps(self) -> bool:
        """Say that the reader is about to sleep; whether it still has to."""
        self._raise_flag(_READER_SLEEPS)
        return bool(self._numbers[_HEAD] == self._numbers[_TAIL])

    def forget(self) -> None:
        """A reader that takes the place of a dead one begins with what is written from now on."""
        self._numbers[_TAIL] = self._numbers[_HEAD]

    def _slot(self, number: int) -> memoryview:
        start = _CONTROL_BYTES + (number % SLOTS) * _slot_size()
        return self._bytes[start : start + _slot_size()]

    def _raise_flag(self, flag: int) -> None:
        self._numbers[flag] = 1
        self._fence()

    def _take_flag(self, flag: int) -> bool:
        self._fence()
        if not self._numbers[flag]:
            return False
        self._numbers[flag] = 0
        return True

    def _fence(self) -> None:
        """What was stored before is seen by all before what is loaded after: a lock's instruction does it."""
        with self._barrier:
            pass


def fits(header: int, tensors: Sequence[int]) -> bool:
    """Whether a slot has room for a header and tensors of so many bytes."""
    is_short = header <= _HEADER_BYTES and len(tensors) < MOST_FRAMES
    return is_short and sum(map(_aligned, tensors)) <= SLOT_BYTES


def _address(view: memoryview) -> int:
    return int(np.frombuffer(view, dtype=np.uint8).ctypes.data)


def _aligned(count: int) -> int:
    return -(-count // _ALIGNED) * _ALIGNED


def _slot_size() -> int:
    return _TENSORS + SLOT_BYTES


def _size() -> int:
    return _CONTROL_BYTES + SLOTS * _slot_size()
