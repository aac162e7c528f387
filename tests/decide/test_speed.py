"""Ten thousand points are decided among while a limit is dragged."""

from __future__ import annotations

import time

import pytest

from compression.decide import Question, decide
from tests.decide.points import many

MODEL = "fashion-mnist/lenet5"


@pytest.mark.alone
@pytest.mark.parametrize(
    "asked", [{"lose": 1.0}, {"limits": {"size_bytes": 6e4, "latency_ms": 0.5}}], ids=str
)
def test_ten_thousand_points_take_a_tenth_of_a_second(asked: dict) -> None:
    points, original = many(MODEL, count=10_000)
    question = Question(MODEL, **asked)
    spent = []
    for _ in range(3):
        began = time.process_time()
        assert decide(points, original, question).choice is not None
        spent.append(time.process_time() - began)
    # 40 to 60 ms of one core were measured, 100 are promised; slower machines have room here.
    assert min(spent) < 0.3
