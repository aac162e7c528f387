"""A sliced model whose devices answer by themselves where they are sure: only the other examples travel on.

Sure is who gives one class a probability above a threshold (Teerapittayanon et al., 2016, arXiv:1709.01686, use the
entropy; for a few classes the two order examples alike).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from compression.deploy.in_turn import in_turn, outputs_of
from compression.deploy.runtimes import Port, Session

Array = np.ndarray[Any, np.dtype[Any]]


class EarlyExits:
    """Stages run in turn, each on those examples whose answer none before was sure of.

    Of each stage but the last the last output is its own logits, the others are what it sends on.
    """

    def __init__(self, stages: Sequence[Sequence[Session]], threshold: float) -> None:
        self.stages = [in_turn([stage]) for stage in stages]
        self.threshold = threshold

    def get_inputs(self) -> Sequence[Port]:
        return self.stages[0].get_inputs()

    def get_outputs(self) -> Sequence[Port]:
        return self.stages[-1].get_outputs()

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]:
        logits, _ = self.answers(feed)
        return [logits] * len(outputs or [""])

    def answers(self, feed: Mapping[str, Any]) -> tuple[Array, Array]:
        """Logits [N, classes], and for each example the number of the stage, from 0, where it left."""
        given = dict(feed)
        left: Array = np.empty(0)
        for number, stage in enumerate(self.stages):
            logits, sent = self._stage(stage, given)
            if not number:
                answers, left = logits.copy(), np.zeros(len(logits), dtype=np.int64)
                waiting = np.arange(len(logits))
            else:
                answers[waiting], left[waiting] = logits, number
            # NaN is sure of nothing.
            unsure = ~(confidence(logits) > self.threshold)
            waiting = waiting[unsure]
            if not len(waiting):
                break
            given = {name: values[unsure] for name, values in sent.items()}
        return answers, left

    def all_answers(self, feed: Mapping[str, Any]) -> Array:
        """Logits [stages, N, classes] of every stage for every example, sure or not."""
        given, found = dict(feed), []
        for stage in self.stages:
            logits, given = self._stage(stage, given)
            found.append(logits)
        return np.stack(found)

    def _stage(self, stage: Session, given: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
        sent = outputs_of(stage, given)
        _, logits = sent.popitem()
        return logits, sent


def confidence(logits: Array) -> Array:
    """The probability of the most probable class [N], of logits [N, classes]."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    largest: Array = 1.0 / shifted.sum(-1)
    return largest
