"""How long trainings take, for ``assets/points/training_seconds.json``: each is timed at two lengths, with nothing
else running.

python -m compression.bundling.training_seconds
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from compression import api, files
from compression.models.catalogue import MODELS
from compression.store.training_times import FILE

STEPS: Mapping[str, tuple[str, Sequence[float]]] = {
    "distill": ("distill:epochs={}", (1, 4, 12)),
    "federate": ("federate:local_epochs=1,rounds={}", (1, 3)),
    "others": ("prune:repair=finetune,epochs={}", (0.5, 2)),
}
"""What stands for each kind of training, and for how many epochs it is timed."""


def fitted(times: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The line through (epochs, seconds) by least squares: seconds at all, and seconds an epoch; neither below 0."""
    mean_epochs = sum(epochs for epochs, _ in times) / len(times)
    mean_seconds = sum(seconds for _, seconds in times) / len(times)
    spread = sum((epochs - mean_epochs) ** 2 for epochs, _ in times)
    slope = sum((epochs - mean_epochs) * (s - mean_seconds) for epochs, s in times) / spread
    slope = max(slope, 0.0)
    return round(max(mean_seconds - slope * mean_epochs, 0.0), 2), round(slope, 2)


def write(models: Mapping[str, Mapping[str, tuple[float, float]]]) -> None:
    said = "Seconds of a training of each model: what it takes at all, and what each epoch adds."
    lines = ",\n".join(f"  {json.dumps(m)}: {json.dumps(each)}" for m, each in models.items())
    files.write(FILE, f'{{"about": {json.dumps(said)}, "models": {{\n{lines}\n}}}}\n'.encode())


def _timed(model: str, seed: int) -> dict[str, tuple[float, float]]:
    told = {}
    for kind, (step, lengths) in STEPS.items():
        points = [(n, api.run(model, [step.format(n)], seed=seed)) for n in lengths]
        told[kind] = fitted([(n, point.seconds) for n, point in points if point.seconds])
    return told


if __name__ == "__main__":
    write({model: _timed(model, seed=2**20) for model in MODELS})
