"""What early exits save: multiply-adds of a test example on average, and the share that still travels to the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compression.deploy.early_exits import EarlyExits
from compression.measure.accuracy import BATCH_SIZE, Examples, wilson
from compression.measure.graph import Graph
from compression.point import Measurement


def measure_exits(
    session: EarlyExits, stages: Sequence[Graph], split: Examples
) -> dict[str, Measurement]:
    """An example costs all stages up to the one where it leaves, their heads included."""
    left = where_left(session, split)
    n, costs = len(left), np.cumsum([stage.macs for stage in stages])
    average = costs[left].astype(float)
    spread = 1.96 * average.std() / np.sqrt(n)
    travelled = int((left == len(stages) - 1).sum())
    low, high = wilson(travelled, n)
    shares = np.bincount(left, minlength=len(stages)) / n
    note = "left at stage " + ", ".join(
        f"{number}: {100 * share:.1f} %" for number, share in enumerate(shares, start=1)
    )
    return {
        "macs_average": Measurement(
            value=float(average.mean()), unit="1", how="measured", n=n, note=note,
            low=float(average.mean() - spread), high=float(average.mean() + spread),
        ),
        "travel_share": Measurement(
            value=travelled / n, unit="fraction", how="measured", n=n, low=low, high=high
        ),
    }  # fmt: skip


def left_at(examples: Examples, session: object) -> str:
    """The number of the device, from 1, at which each of a few examples leaves; empty without early exits."""
    if not isinstance(session, EarlyExits) or not len(examples.labels):
        return ""
    return "".join(str(stage + 1) for stage in where_left(session, examples))


def where_left(session: EarlyExits, split: Examples) -> np.ndarray:
    """The number of the stage, from 0, at which each example of the split leaves."""
    name = session.get_inputs()[0].name
    starts = range(0, len(split.labels), BATCH_SIZE)
    batches = ({name: split.inputs[start : start + BATCH_SIZE]} for start in starts)
    return np.concatenate([session.answers(batch)[1] for batch in batches])
