"""A memo's question inside its file: read back from each format, refused where it is no question of ours."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest

from compression.decide import Question
from compression.errors import UsageError
from compression.point import METRICS
from compression.share.memo import FORMATS, memo_of, written
from compression.share.memo.carried import LARGEST, NotAMemo, carried_in, carried_word
from compression.store import bundled

MODEL = "fashion-mnist/resnet8"


@pytest.fixture(scope="module")
def memo():
    points = list(bundled.points(MODEL).values())
    original = next(point for point in points if not point.recipe.steps)
    return memo_of(points, original, Question(MODEL, lose=1.0, guards={"flips": 0.05}))


@pytest.mark.parametrize("ending", FORMATS)
def test_each_format_carries_its_question(memo, ending) -> None:
    carried = carried_in(written(memo, ending))
    assert (carried.question, carried.choice) == (memo.question, memo.decision.choice.key)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 no archive",
        b"<html></html>",
        b"compact-ai-lab-memo content=!!!",
        b"\xff" * 100,
    ],
)
def test_another_file_is_refused_in_a_sentence(content) -> None:
    with pytest.raises(NotAMemo, match=r"question of ours"):
        carried_in(content)


@pytest.mark.parametrize(
    "asked",
    [
        {"model": "fashion-mnist/none"},
        {"model": MODEL, "lose": "1"},
        {"model": MODEL, "lose": float("nan")},
        {"model": MODEL, "lose": True},
        {"model": MODEL, "limits": {"size_bytes": "__import__('os')"}},
        {"model": MODEL, "limits": {str(i): 1 for i in range(99)}},
        {"model": MODEL, "code": "x"},
        {"model": MODEL, "device": "no-such-board"},
        [],
    ],
)
def test_a_poisoned_question_is_refused_in_a_sentence(asked) -> None:
    told = json.dumps({"version": 1, "question": asked, "choice": None}).encode()
    with pytest.raises(UsageError):
        carried_in(b"<!-- compact-ai-lab-memo content=" + urlsafe_b64encode(told) + b" -->")


def test_a_huge_file_is_not_read() -> None:
    with pytest.raises(NotAMemo, match="larger than"):
        carried_in(b"\0" * (LARGEST + 1))


def test_the_word_is_no_longer_than_what_is_read() -> None:
    limits = {name: 1e9 for name, m in METRICS.items() if m.better == "lower" and not m.is_guard}
    assert len(carried_word(Question(MODEL, limits=limits), "0" * 16)) < 4_000
