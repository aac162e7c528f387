"""What comes from a peer is checked before it is used: each kind of garbage is refused in a sentence."""

from __future__ import annotations

import json
from random import Random

import numpy as np
import pytest

from compression.deploy.stages.message import (
    MOST_BATCH,
    Expected,
    Message,
    MessageError,
    Work,
    read,
    written,
)

EXPECTED = {"x": Expected(np.dtype("float32"), (2, 3)), "codes": Expected(np.dtype("uint8"), (4,))}


def frames(message: Message) -> list[bytes]:
    return [bytes(frame) for frame in written(message)]


def message(batch: int = 5) -> Message:
    x = np.arange(batch * 6, dtype=np.float32).reshape(batch, 2, 3)
    return Message(
        7, {"x": x, "codes": np.ones((batch, 4), np.uint8)}, trace=(Work(1, 2.5, 120),), probe=True
    )


def test_a_message_survives_the_way() -> None:
    sent, came = message(), read(frames(message()), EXPECTED)
    assert (came.id, came.trace, came.probe, came.error) == (7, sent.trace, True, "")
    assert all(np.array_equal(came.tensors[name], sent.tensors[name]) for name in EXPECTED)


def test_a_failure_is_passed_on_without_tensors() -> None:
    assert (
        read(frames(Message(3, error="Stage 2 could not.")), EXPECTED).error == "Stage 2 could not."
    )


def head(**changes: object) -> bytes:
    told = {"id": 1, "tensors": [["codes", "uint8", [2, 4]]], **changes}
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "has a header"),
        ([b"\xff\x00garbage"], "begins with a header in JSON"),
        ([b"[" * 50_000], "begins with a header in JSON"),
        ([b"{" + b" " * 70_000 + b"}"], "has a header"),
        ([head(id=-1), b"12345678"], "begins with a header"),
        ([head(id=True), b"12345678"], "begins with a header"),
        ([head()], "lists other tensors"),
        ([head(), b"1234567"], "came with 7 bytes"),
        (
            [head(tensors=[["codes", "float32", [2, 4]]]), b"12345678"],
            "came as float32, but is uint8",
        ),
        ([head(tensors=[["codes", "uint8", [2, 5]]]), b"1234567890"], r"in the shape \[2, 5\]"),
        (
            [head(tensors=[["codes", "uint8", [10**9, 4]]]), b"12345678"],
            f"1 to {MOST_BATCH} examples",
        ),
        ([head(tensors=[["codes", "uint8", []]]), b"12345678"], "in the shape"),
        ([head(tensors=[["other", "uint8", [2, 4]]]), b"12345678"], "none of x, codes"),
        ([head(tensors=[None]), b"12345678"], "none of x, codes"),
        ([head(tensors=[])], "neither tensors nor what went wrong"),
        ([head(trace=[["a"]]), b"12345678"], "malformed"),
    ],
)
def test_garbage_is_refused_in_a_sentence(given: list[bytes], sentence: str) -> None:
    with pytest.raises(MessageError, match=sentence) as refusal:
        read(given, EXPECTED)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("seed", range(50))
def test_a_damaged_message_is_read_or_refused_but_never_anything_else(seed: int) -> None:
    random, damaged = Random(seed), [bytearray(frame) for frame in frames(message())]
    for _ in range(random.randint(1, 8)):
        frame = random.choice(damaged)
        frame[random.randrange(len(frame))] = random.randrange(256)
    try:
        came = read([bytes(frame) for frame in damaged], EXPECTED)
    except MessageError:
        return
    assert set(came.tensors) <= set(EXPECTED)
