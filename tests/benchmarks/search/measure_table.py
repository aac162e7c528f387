"""Every chain of a small space, measured once: ``python -m tests.benchmarks.search.measure_table``.

Validation accuracy and bytes of the packed file alone, without any timing, so that searches can be compared on it in
seconds and with many seeds. Writes ``chains.json`` beside this file.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import torch

from compression import artifact, pipeline
from compression.deploy.deploy import deploy
from compression.measure.accuracy import accuracy_of_onnx
from compression.recipe.axes import Axes, Place
from compression.recipe.options import every_step
from compression.recipe.space import Space
from compression.subjects import Subject, look_up

MODEL = "digits/mlp"
STEPS = (
    "prune-channels:ratio=0|0.1|0.2|0.3|0.4|0.5|0.6|0.7",
    "prune:sparsity=0|0.2|0.4|0.5|0.6|0.7|0.8|0.9",
    "quantize:bits=1|1.58|2|3|4|6|8,group=0|16,method=nearest|refit",
)
FILE = Path(__file__).with_name("chains.json")


def space(seed: int = 0) -> Space:
    return Space.parse(MODEL, STEPS, (seed,), every_step)


def figures(subject: Subject, axes: Axes, place: Place) -> list[float]:
    """Validation accuracy and bytes."""
    recipe = axes.recipes(place)[0]
    compressed = pipeline.compress(subject, recipe)
    accuracy = accuracy_of_onnx(deploy(compressed).exact_session(), subject.data.validation)
    assert accuracy.value is not None
    return [round(accuracy.value, 6), len(artifact.pack(compressed, recipe).data)]


def main() -> None:
    torch.set_num_threads(1)
    subject, axes = look_up(MODEL), Axes(space())
    rows = {}
    for place in itertools.product(*(range(len(axis.values)) for axis in axes.all)):
        rows[" ".join(map(str, place))] = figures(subject, axes, place)
        if len(rows) % 100 == 0:
            print(f"{len(rows)} chains", flush=True)
    FILE.write_text(json.dumps(rows, separators=(",", ":")).replace("],", "],\n") + "\n", "utf-8")


if __name__ == "__main__":
    main()
