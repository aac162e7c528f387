"""The class that outputs say, and the probability that they give it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from compression.measure.answers import answers_with_confidence, probabilities_of


def test_probabilities_are_the_softmax_of_the_logits() -> None:
    logits = np.random.default_rng(0).normal(0, 5, (20, 7)).astype(np.float32)
    expected = torch.softmax(torch.from_numpy(logits), dim=1).numpy()
    assert probabilities_of(logits) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("logit", "answered"), [(2.0, 1), (-2.0, 0), (0.0, 0)])
def test_one_output_alone_is_the_logit_of_class_1(logit: float, answered: int) -> None:
    (found,) = answers_with_confidence(np.array([[logit]], np.float32))
    assert found.answered == answered
    assert found.confidence == pytest.approx(1 / (1 + math.exp(-abs(logit))))


def test_what_is_no_number_says_no_class_and_what_has_overflowed_does() -> None:
    nothing, sure = answers_with_confidence(
        np.array([[0, np.nan, 1], [0, np.inf, -np.inf]], np.float32)
    )
    assert (nothing.answered, nothing.confidence) == (None, 0.0)
    assert (sure.answered, sure.confidence) == (1, 1.0)
