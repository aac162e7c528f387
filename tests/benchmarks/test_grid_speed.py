"""A 200-point grid on ResNet-8: our engine against a plain loop, in points per second of one run.

The plain loop is what a careful user would write: one process, eager PyTorch, batch norms as
trained, batches of 64, masks and rounding by the usual formulas.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Mapping

import torch

import datasets
from compression import models
from compression.engine import Engine
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep

MODEL = "fashion-mnist/resnet8"
EXAMPLES = 2000


def grid() -> list[Recipe]:
    """40 sparsities x 5 bit widths, rounded to nearest."""
    rounding = "quantize:bits=3|4|5|6|8,method=nearest,bias=kept,rest=32-bit"
    return list(
        Sweep.parse(
            MODEL, ["prune:sparsity=0..0.95,score=magnitude,repair=none", rounding], points=40
        ).recipes()
    )


def smallest(values: torch.Tensor, count: int) -> torch.Tensor:
    """Exactly so many: of weights that are equal at the threshold (two of them are, at 60.9 %) the first ones."""
    threshold = values.kthvalue(count).values if count else values.new_tensor(-1.0)
    chosen = values < threshold
    ties = (values == threshold).nonzero().flatten()
    chosen[ties[: count - int(chosen.sum())]] = True
    return chosen


@torch.no_grad()
def plain_accuracy(
    model: torch.nn.Module, folds: Mapping[str, torch.Tensor], recipe: Recipe, inputs, labels
) -> float:
    """Prune by one global threshold, round per channel, run eagerly with the batch norms as they are.

    ``folds`` holds what each batch norm multiplies the channels of the weight before it by. What is stored and
    so what is rounded is their product; a weight just between two levels may fall otherwise without it.
    """
    pruned = copy.deepcopy(model)
    weights = {
        f"{name}.weight": m.weight
        for name, m in pruned.named_modules()
        if isinstance(m, (torch.nn.Conv2d, torch.nn.Linear))
    }
    flat = torch.cat([w.abs().flatten() for w in weights.values()])
    count = round(recipe.steps[0].sparsity * flat.numel())
    gone = smallest(flat, count).split([w.numel() for w in weights.values()])
    largest = 2 ** (recipe.steps[1].bits - 1) - 1
    for (name, weight), zeros in zip(weights.items(), gone, strict=True):
        weight.masked_fill_(zeros.reshape(weight.shape), 0.0)
        fold = folds.get(name, torch.ones(len(weight))).reshape(-1, *[1] * (weight.ndim - 1))
        stored = weight * fold
        scale = stored.reshape(len(weight), -1).abs().amax(1) / largest
        scale[scale == 0] = 1.0
        half = (
            scale.half().float()
        )  # as it is stored, where that costs less than an eighth of a step
        if ((half - scale).abs() <= scale.clamp_min(0.05 * scale.max()) / (8 * largest)).all():
            scale = half
        scale = scale.reshape(-1, *[1] * (weight.ndim - 1))
        weight.copy_(torch.round(stored / scale) * scale / fold)
    right = 0
    for start in range(0, EXAMPLES, 64):
        logits = pruned(inputs[start : start + 64])
        right += int((logits.argmax(1) == labels[start : start + 64]).sum())
    return right / EXAMPLES


def test_the_grid_is_three_times_as_fast_as_a_plain_loop_and_as_exact(capsys) -> None:
    torch.set_num_threads(1)
    recipes = grid()
    assert len(recipes) == 200
    test = datasets.load("fashion-mnist").test
    inputs = torch.from_numpy(test.inputs[:EXAMPLES])
    labels = torch.from_numpy(test.labels[:EXAMPLES])
    model = models.load(MODEL)
    folds = fold_batch_norm(Compressed(model_card(MODEL), model)).fold_scales
    ours: list[float] = []
    plain: list[float] = []
    engine_s = plain_s = 0.0
    with Engine() as engine:
        engine.screen(recipes[:16], examples=EXAMPLES)  # both workers have loaded the model
        for start in range(0, 200, 50):  # in turns: the machine may be faster now than later
            turn = recipes[start : start + 50]
            began = time.perf_counter()
            ours += engine.screen(turn, examples=EXAMPLES)
            engine_s += time.perf_counter() - began
            began = time.perf_counter()
            plain += [plain_accuracy(model, folds, recipe, inputs, labels) for recipe in turn]
            plain_s += time.perf_counter() - began
    different = sum(abs(a - b) > 1e-9 for a, b in zip(ours, plain, strict=True))
    largest = max(abs(a - b) for a, b in zip(ours, plain, strict=True))
    report = {
        "benchmark": "grid of 200 on resnet8, 2,000 images",
        "engine_points_per_s": round(200 / engine_s, 1),
        "plain_points_per_s": round(200 / plain_s, 1),
        "ratio": round(plain_s / engine_s, 2),
        "points_that_differ": different,
        "largest_difference": largest,
    }
    with capsys.disabled():
        print(json.dumps(report))
    assert plain_s / engine_s >= 3
    assert different == 0
