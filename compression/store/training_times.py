"""How long trainings took where the project's points were made: bundled seconds, by model and technique."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

Times = Mapping[str, tuple[float, float]]
"""By technique; ``others`` stands for those that are not named."""

FILE = Path(__file__).parents[2] / "assets" / "points" / "training_seconds.json"


def training_seconds(model: str) -> Times:
    """What a training takes at all, measuring included, and what each epoch adds; empty for a model nobody timed."""
    return _read().get(model, {})


@cache
def _read() -> Mapping[str, Times]:
    models = json.loads(FILE.read_text())["models"]
    return {
        model: {technique: (float(base), float(epoch)) for technique, (base, epoch) in each.items()}
        for model, each in models.items()
    }
