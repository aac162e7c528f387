"""What a model answers to a few examples, and how sure it is of each. Worker side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from compression.models.answers import answers_of
from compression.point.shown import Answer, as_text

if TYPE_CHECKING:
    from compression.deploy.runtimes import Session
    from datasets import Split


def answers_to(examples: Split, session: Session) -> str:
    """The answers as a point keeps them; all in one batch, a millisecond of a measurement. Empty for no examples."""
    if not len(examples):
        return ""
    logits = session.run(None, {session.get_inputs()[0].name: examples.inputs})[0]
    return as_text(answers_with_confidence(logits))


def answers_with_confidence(logits: np.ndarray[Any, Any]) -> list[Answer]:
    """Of logits [N, classes]: the class that each says and the probability that it gives it.

    Logits that aren't numbers say no class.
    """
    probabilities = probabilities_of(logits)
    return [
        Answer(None, 0.0) if np.isnan(row).any() else Answer(int(answered), float(row.max()))
        for row, answered in zip(probabilities, answers_of(logits), strict=True)
    ]


def probabilities_of(logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The classes' probabilities [N, classes] by logits [N, classes]: softmax; one output alone is that of class 1.

    One output is a logit against 0, so that the sigmoid is the softmax of the two.
    """
    if logits.shape[-1] == 1:
        logits = np.concatenate([np.zeros_like(logits), logits], axis=-1)
    # Clipped, since an overflowed logit is an answer, but inf - inf is none.
    widest = np.finfo(np.float32).max
    finite = np.clip(logits.astype(np.float64), -widest, widest)
    odds = np.exp(finite - finite.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)
