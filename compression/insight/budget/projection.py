"""Accuracy read off measured models: what a sum of damages has cost those that are known. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MeasuredLoss = tuple[float, float]
"""Of one measured model: its parts' damages, added up [nats], and the accuracy it has lost, as a fraction."""

FEWEST = 3
"""Measured models below which nothing is read off."""


def read_off(measured: Sequence[MeasuredLoss]) -> tuple[MeasuredLoss, ...]:
    """Losses that never fall as damage rises, from no loss at no damage; empty where too little is known.

    Neighbours that fall are replaced by their mean until none do (isotonic regression, Ayer et al., 1955).
    """
    if len({round(damage, 12) for damage, _ in measured}) < FEWEST:
        return ()
    blocks: list[list[MeasuredLoss]] = []
    for point in sorted(measured):
        blocks.append([point])
        while len(blocks) > 1 and _mean(blocks[-2]) >= _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    level = [(damage, max(_mean(block), 0.0)) for block in blocks for damage, _ in block]
    return ((0.0, 0.0), *level)


def expected_loss(losses: Sequence[MeasuredLoss], damage: float) -> float | None:
    """Between two known models in proportion; None beyond the most damaged one, or where nothing is known."""
    if not losses or damage > losses[-1][0]:
        return None
    return float(np.interp(damage, [d for d, _ in losses], [loss for _, loss in losses]))


def _mean(block: Sequence[MeasuredLoss]) -> float:
    return sum(loss for _, loss in block) / len(block)
