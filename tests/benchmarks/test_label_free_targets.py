"""What compression without labels may cost, as means over five seeds, each with calibration images of its own.

    python -m tests.benchmarks -k label_free_targets -s

Every row prints its mean, its range and its CPU-seconds; those that are not reached fail. The whole test set.
"""

from __future__ import annotations

import time
from statistics import mean, median

import pytest
import torch

from compression import pipeline
from compression.recipe import Recipe
from compression.subjects import look_up
from datasets import Split

SEEDS = range(5)
FASHION = "fashion-mnist"
PRUNED, CHANNELS, ROUNDED = "prune:sparsity={}", "prune-channels:ratio={}", "quantize:bits={}"
SHARED_OUT = ROUNDED + ",allocation=error"

TARGETS = [
    (f"{FASHION}/ds-cnn", (PRUNED.format(0.6),), 2.0, 3),
    (f"{FASHION}/ds-cnn", (ROUNDED.format(2),), 3.5, 3),
    (f"{FASHION}/ds-cnn", (PRUNED.format(0.6) + ",repair=distil",), 1.3, 10),
    (
        f"{FASHION}/ds-cnn",
        (ROUNDED.format(2) + ",scheme=asymmetric,method=distil,epochs=0.7",),
        2.5,
        10,
    ),
    (f"{FASHION}/lenet5", (PRUNED.format(0.85),), 1.1, 3),
    (f"{FASHION}/vit-tiny", (PRUNED.format(0.65),), 0.9, 3),
    (f"{FASHION}/mlp", (PRUNED.format(0.9),), 1.1, 3),
    ("watch/gru", (PRUNED.format(0.7),), 4.2, 3),
    (f"{FASHION}/resnet8", (ROUNDED.format(2),), 0.95, 3),
    (f"{FASHION}/resnet8", (PRUNED.format(0.8),), 1.45, 3),
    (f"{FASHION}/resnet8", (PRUNED.format(0.9),), 4.5, 3),
    (f"{FASHION}/resnet8", (CHANNELS.format(0.1), SHARED_OUT.format(2)), 0.6, 5),
    (f"{FASHION}/resnet8", (CHANNELS.format(0.28), SHARED_OUT.format(2)), 1.35, 5),
    (f"{FASHION}/resnet8", (CHANNELS.format(0.33), SHARED_OUT.format(1.58)), 2.6, 5),
]
"""Model, steps, the points of accuracy that may be lost, and the CPU-seconds that it may take."""


@pytest.mark.parametrize(("model", "steps", "points", "seconds"), TARGETS)
def test_what_is_lost_without_labels(
    model: str, steps: tuple[str, ...], points: float, seconds: float, capsys
) -> None:
    test, lost, taken = look_up(model).data.test, [], []
    original = accuracy(look_up(model).original.folded.module, test)
    for seed in SEEDS:
        look_up(model).calibration_for(seed, 1)
        started = time.process_time()
        made = pipeline.compress(look_up(model), Recipe.build(model, steps, seed=seed))
        taken.append(time.process_time() - started)
        lost.append(original - accuracy(made.module, test))
    with capsys.disabled():
        print(f"\n{model} {' then '.join(steps)}: {mean(lost):.2f} points lost ({min(lost):.2f} to "
              f"{max(lost):.2f}), at most {points}; {median(taken):.1f} CPU-seconds")  # fmt: skip
    assert mean(lost) <= points
    assert median(taken) <= seconds


@torch.inference_mode()
def accuracy(module: torch.nn.Module, split: Split) -> float:
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    answers = torch.cat([module(part).argmax(1) for part in inputs.split(250)])
    return 100 * float((answers == labels).double().mean())
