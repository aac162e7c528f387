"""What early exits give at every threshold: accuracy against average multiply-adds, from one run over each split."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.early_exits import EarlyExits, confidence
from compression.errors import UsageError
from compression.measure.accuracy import BATCH_SIZE, Examples
from compression.measure.graph import read_graph
from compression.models.answers import answers_of
from compression.subjects import Subject

Array = np.ndarray[Any, np.dtype[Any]]
THRESHOLDS = np.round(np.arange(0.5, 1.001, 0.01), 2)
ALLOWED_LOSS = 0.01
"""Of accuracy on validation, where a threshold is suggested: the upper end of the loss's one-sided 95 % interval is
within it, since the most saving of all thresholds whose loss itself just is owes that to luck."""
ONE_SIDED = 1.645


def slicing_exits(subject: Subject, exits: str) -> dict[str, Any]:
    """A figure for each of ``thresholds`` on both splits, of the model in the packed file of digest ``exits``.

    ``costs`` are the multiply-adds of an example that leaves at each stage, heads included, ``whole_macs`` those of
    the model without any. ``suggested`` is the threshold that saves most within ALLOWED_LOSS on validation, None where
    none saves anything; the test set has no say in it. ``shown`` has each exit's confidence in the examples that pages
    show.
    """
    trained = pipeline.kept(exits)
    if trained is None:
        raise UsageError(
            "This model's file is no longer kept on this machine, where the oldest are dropped first: look at one that "
            "was trained later, or raise COMPACT_ARTIFACT_BYTES."
        )
    deployment = deploy(trained)
    session = deployment.exact_session()
    if not isinstance(session, EarlyExits):
        raise UsageError("This model has no early exits: train it with exits=on.")
    (whole,) = deploy(replace(trained, slicing=None)).parts
    costs = np.cumsum([read_graph(part.loaded).macs for part in deployment.parts])
    macs = read_graph(whole.loaded).macs
    splits = {
        name: curve(_answers(session, split), split.labels, costs)
        for name, split in (("validation", subject.data.validation), ("test", subject.data.test))
    }
    return {
        "thresholds": THRESHOLDS.tolist(),
        "costs": costs.tolist(),
        "whole_macs": macs,
        "suggested": suggested(splits["validation"], macs),
        "shown": confidence(_answers(session, subject.shown)[:-1]).T.tolist(),
        **splits,
    }


def curve(logits: Array, labels: Array, costs: Array) -> dict[str, Any]:
    """By threshold accuracy, average multiply-adds and the share leaving at each stage, of logits [stages, N, classes]
    and the costs [stages] of leaving there; ``alone`` is each stage's own accuracy on all examples."""
    answers = np.stack([answers_of(each) for each in logits])
    sure = confidence(logits)
    sure[-1] = np.inf
    right, numbers = answers == labels, np.arange(len(labels))
    accuracy, macs, left, error = [], [], [], []
    for threshold in THRESHOLDS:
        at = (sure > threshold).argmax(0)
        here = right[at, numbers]
        accuracy.append(float(here.mean()))
        error.append(float((right[-1].astype(float) - here).std() / np.sqrt(len(labels))))
        macs.append(float(costs[at].mean()))
        left.append((np.bincount(at, minlength=len(costs)) / len(labels)).tolist())
    return {
        "accuracy": accuracy, "macs": macs, "left": left, "loss_error": error,
        "counted": len(labels), "alone": right.mean(1).tolist(),
    }  # fmt: skip


def suggested(validation: dict[str, Any], whole_macs: int) -> float | None:
    """The threshold with the fewest average multiply-adds within the allowed loss, chosen on validation."""
    least = validation["alone"][-1] - ALLOWED_LOSS
    good = [
        (macs, float(threshold))
        for threshold, macs, accuracy, error in zip(
            THRESHOLDS,
            validation["macs"],
            validation["accuracy"],
            validation["loss_error"],
            strict=True,
        )
        if accuracy - ONE_SIDED * error >= least and macs < whole_macs
    ]
    return min(good)[1] if good else None


def _answers(session: EarlyExits, split: Examples) -> Array:
    """Logits [stages, N, classes]."""
    name = session.get_inputs()[0].name
    starts = range(0, len(split.labels), BATCH_SIZE)
    batches = [split.inputs[start : start + BATCH_SIZE] for start in starts]
    return np.concatenate([session.all_answers({name: batch}) for batch in batches], axis=1)
