"""The same model in every runtime that is installed: how fast, and how right."""

from __future__ import annotations

from typing import Any

from compression import pipeline
from compression.deploy.runtimes import RUNTIMES, Runtime
from compression.recipe import Recipe
from compression.subjects import Subject


def runtimes(subject: Subject, recipe: Recipe) -> list[dict[str, Any]]:
    """One row a runtime: its speed-up over the original in ONNX Runtime, timed in turns, and its quality.

    Beside figures a reason says what is different there, and instead of them why there are none. The runtimes that
    convert modules, large packages for small devices, have a row only where they are installed.
    """
    measured = {row.runtime: row for row in pipeline.measure_runtimes(subject, recipe)}
    return [
        _row(runtime, measured.get(runtime.name))
        for runtime in RUNTIMES.values()
        if runtime.takes == "onnx" or runtime.version
    ]


def _row(runtime: Runtime, measured: pipeline.RuntimeResult | None) -> dict[str, Any]:
    speedup = measured and measured.speedup
    quality = measured and measured.accuracy
    return {
        "name": runtime.name,
        "version": runtime.version or "",
        "speedup": speedup and speedup.value,
        "quality": quality and quality.value,
        "reason": measured.reason if measured else runtime.reason,
    }
