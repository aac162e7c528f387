"""How much of the space between a front and a reference is dominated: one figure for a whole search. Torch-free.

Zitzler & Thiele, 1999 (doi:10.1109/4235.797969).
"""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np


def hypervolume(costs: Sequence[Sequence[float]], reference: Sequence[float]) -> float:
    """Of points with these costs, lower is better; what isn't better than ``reference`` in each adds nothing."""
    better = [row for row in costs if all(c < r for c, r in zip(row, reference, strict=True))]
    if not better:
        return 0.0
    return float(moocore.hypervolume(np.array(better), ref=np.array(reference)))


def growth(costs: Sequence[Sequence[float] | None], reference: Sequence[float]) -> list[float]:
    """The hypervolume after each of the points, in the order they were found; None is one that failed."""
    volumes: list[float] = []
    front: list[Sequence[float]] = []
    for row in costs:
        if row is not None:
            front = [other for other in front if not _no_worse(row, other)]
            front.append(row)
        volumes.append(
            hypervolume(front, reference) if row is not None or not volumes else volumes[-1]
        )
    return volumes


def _no_worse(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))
