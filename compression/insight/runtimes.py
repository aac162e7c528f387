"""The same model in every runtime that is installed: how fast, and how right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compression import pipeline
from compression.export.runtimes import RUNTIMES
from compression.recipe import recipe_from_dict


def runtimes(model: str, recipe: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a runtime: its speed-up over the original in ONNX Runtime, timed in turns, and its accuracy.

    A runtime that isn't installed has a reason instead of figures; beside figures it says what is different there.
    """
    measured = {row.runtime: row for row in pipeline.measure_runtimes(recipe_from_dict(recipe))}
    rows = []
    for runtime in RUNTIMES.values():
        row = measured.get(runtime.name)
        rows.append(
            {
                "name": runtime.name,
                "version": runtime.version or "",
                "speedup": None if row is None or row.speedup is None else row.speedup.value,
                "accuracy": None if row is None or row.accuracy is None else row.accuracy.value,
                "reason": runtime.reason if row is None else row.reason,
            }
        )
    return rows
