"""What a packed file's header says of a slicing: read from bytes that anybody may have written."""

from __future__ import annotations

from typing import Any

import pytest

from compression.artifact.slicing import read, write
from compression.models.slicing import Slicing

CUT = Slicing(
    stages=3, cuts=(2, 5), split=False, objective="memory", cap_bytes=64_000, link_mbps=0.5, link_dtype="int8"
)  # fmt: skip


@pytest.mark.parametrize("slicing", [Slicing(), CUT], ids=["usual", "all else"])
def test_what_is_written_is_read_again(slicing: Slicing) -> None:
    assert read(write(slicing)) == slicing


def test_only_what_is_not_as_usual_is_written() -> None:
    assert write(Slicing()) == {}
    assert read(None) is None


@pytest.mark.parametrize(
    "data",
    [
        [], "2", {"stage": 2}, {"stages": 2.5}, {"stages": True}, {"stages": -1}, {"stages": 10**9}, {"stages": "2"},
        {"cuts": [0]}, {"cuts": ["1"]}, {"cuts": 3}, {"split": 1}, {"objective": "fun"}, {"objective": []},
        {"link_dtype": "fp8"}, {"link_mbps": float("nan")}, {"cap_bytes": 1e3},
    ],
)  # fmt: skip
def test_anything_else_is_refused(data: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        read(data)
