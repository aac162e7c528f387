"""Memory that two processes share: in order, whole, and bounded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from compression.deploy.stages.ring import SLOT_BYTES, SLOTS, Ring, can_share, fits

pytestmark = pytest.mark.skipif(
    not can_share(), reason="This machine's processes share no memory here."
)


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[tuple[Ring, Ring]]:
    Ring.make(tmp_path / "ring")
    yield Ring(tmp_path / "ring"), Ring(tmp_path / "ring")


def frames(number: int) -> list[bytes]:
    return [f"message {number}".encode(), bytes([number]) * (1000 * number), b""]


def test_messages_come_out_as_they_went_in(ends: tuple[Ring, Ring]) -> None:
    writer, reader = ends
    for number in range(3 * SLOTS):  # around several times
        writer.put(frames(number))
        found = reader.get()
        assert found is not None and [bytes(frame) for frame in found] == frames(number)
        reader.freed()
    assert reader.get() is None


def test_a_full_ring_has_room_again_when_one_is_freed(ends: tuple[Ring, Ring]) -> None:
    writer, reader = ends
    for number in range(SLOTS):
        assert not writer.is_full
        writer.put(frames(number))
    assert writer.is_full and writer.writer_sleeps()
    assert bytes((reader.get() or [])[0]) == b"message 0"
    reader.freed()
    assert reader.writer_waits() and not writer.is_full
    assert not reader.writer_waits()  # it is woken once


def test_what_is_computed_in_its_place_is_sent_without_a_copy(ends: tuple[Ring, Ring]) -> None:
    writer, reader = ends
    (place,) = writer.places([80])
    values = place.view(np.float32)
    values[:] = np.arange(20)
    writer.put([b"head", values])
    found = reader.get()
    assert found is not None
    assert np.frombuffer(found[1], np.float32).tolist() == list(range(20))


def test_another_reader_begins_with_what_comes_then(ends: tuple[Ring, Ring]) -> None:
    writer, reader = ends
    writer.put(frames(1))
    reader.forget()
    writer.put(frames(2))
    assert bytes((reader.get() or [])[0]) == b"message 2"


def test_a_reader_that_is_about_to_sleep_sees_what_has_just_come(ends: tuple[Ring, Ring]) -> None:
    writer, reader = ends
    assert reader.reader_sleeps()
    writer.put(frames(1))
    assert writer.reader_waits() and not reader.reader_sleeps()


def test_only_what_fits_a_slot_is_for_it() -> None:
    assert fits(100, [SLOT_BYTES]) and not fits(100, [SLOT_BYTES, 1])
    assert not fits(5000, [1]) and not fits(1, [1] * 50)
