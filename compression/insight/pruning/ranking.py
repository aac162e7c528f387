"""Which weights go first, and how many of each layer at every sparsity: one answer for all positions of the slider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from compression import pipeline
from compression.errors import UsageError, unknown
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.context import StepContext
from compression.techniques.pruning.knobs import FREE, Prune
from compression.techniques.pruning.removal import removed_by_scores
from compression.techniques.pruning.schedule import stages
from compression.techniques.pruning.scores import Given, Scores, score
from compression.techniques.shared.layerwise import layers
from compression.techniques.shared.positions import looking_at, positions

CURVE_POINTS = 300
"""Of a layer's sorted scores: more can't be told apart on a screen."""

SLICES = 40
"""Of a layer's sorted weights, where a pattern decides: in each of them some go and some stay."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ranking:
    """What a pruning step would take at each sparsity, of the model as the step is given it.

    Within a layer weights go in the order of their ``ranks`` (int64, of the weight's shape, 0 first), at
    ``levels[i]`` so many as ``gone[name][i]``. A pattern like 2:4 has one level alone.
    """

    recipe: Recipe
    step: Prune
    before: Compressed
    context: StepContext
    levels: tuple[float, ...]
    scores: Mapping[str, NDArray[np.float64]]
    ranks: Mapping[str, Counts]
    gone: Mapping[str, Counts]

    def layer(self, name: str) -> str:
        """A weight's name, the largest for none; UsageError if it has no ranking."""
        if not name:
            return max(self.ranks, key=lambda one: self.ranks[one].size)
        if name not in self.ranks:
            raise unknown("layer", name, self.ranks)
        return name

    def removed(self, name: str, level: int) -> NDArray[np.bool_]:
        """True where the weight goes."""
        return self.ranks[name] < self.gone[name][level]


def ranking(subject: Subject, recipe: Recipe) -> Ranking:
    """Of a recipe whose last step prunes weights; its own sparsity doesn't matter."""
    step = recipe.steps[-1] if recipe.steps else None
    if not isinstance(step, Prune):
        raise UsageError("Only a recipe that ends with prune has weights to rank.")
    usual = step.moved(sparsity=Prune.model_fields["sparsity"].default)
    return _ranking(
        subject, recipe.model_copy(update={"steps": (*recipe.steps[:-1], usual)}), usual
    )


def weight_ranking(subject: Subject, recipe: Recipe, layer: str = "") -> dict[str, Any]:
    """All layers' numbers of weights that go at each level; of one layer the scores and its output channels.

    ``curve`` holds the layer's scores, ascending, at evenly spaced ranks, ``kept_from`` at each level the lowest
    score that is kept. A channel's importance is the sum of its weights' scores. From ``anew_from`` on pruning refits
    and ranks anew on its way. ``kept_near`` is for a pattern, which draws no line: the shares that stay, in slices of
    the layer's sorted weights. ``of`` names what this is the answer to, here as in the other answers.
    """
    ranked = ranking(subject, recipe)
    name = ranked.layer(layer)
    order = np.argsort(ranked.scores[name], axis=None, kind="stable")
    ordered = ranked.scores[name].ravel()[order]
    places = np.unique(np.linspace(0, ordered.size - 1, CURVE_POINTS).round().astype(int))
    lowest = ordered[np.minimum(ranked.gone[name], ordered.size - 1)]
    rows = ranked.ranks[name].reshape(len(ranked.ranks[name]), -1)
    return {
        "of": f"{ranked.recipe.key} {name}",
        "levels": list(ranked.levels),
        "anew_from": _anew_from(ranked),
        "pattern": ranked.step.pattern,
        "score": ranked.step.score,
        "layers": _layers(ranked),
        "layer": name,
        "curve": {"ranks": places.tolist(), "scores": ordered[places].tolist()},
        "kept_from": lowest.tolist() if ranked.step.pattern == "free" else [],
        "kept_near": []
        if ranked.step.pattern == "free"
        else _kept_near(ranked.removed(name, 0), order),
        "importance": ranked.scores[name].reshape(len(rows), -1).sum(1).tolist(),
        "inputs": rows.shape[1],
        "gone": [(rows < count).sum(1).tolist() for count in ranked.gone[name].tolist()],
    }


def _kept_near(removed: NDArray[np.bool_], order: Counts) -> list[float]:
    parts = np.array_split(~removed.ravel()[order], min(SLICES, order.size))
    return [float(part.mean()) for part in parts]


def _anew_from(ranked: Ranking) -> float | None:
    steps = {level: ranked.step.model_copy(update={"sparsity": level}) for level in ranked.levels}
    if ranked.step.pattern != "free":
        steps = {ranked.levels[0]: ranked.step}
    return min((level for level, step in steps.items() if len(stages(step)) > 1), default=None)


def _layers(ranked: Ranking) -> list[dict[str, Any]]:
    folded = fold_batch_norm(ranked.before)
    seen = positions(folded.module, ranked.context.calibration[:1])
    return [
        {
            "name": layer.name,
            "path": layer.path,
            "shape": list(layer.weight.shape),
            "values": layer.weight.numel(),
            "macs_each": seen[layer.path],
            "gone": ranked.gone[layer.name].tolist(),
        }
        for layer in layers(folded.module)
    ]


@lru_cache(maxsize=6)
def _ranking(subject: Subject, recipe: Recipe, step: Prune) -> Ranking:
    before = pipeline.before_last_step(subject, recipe)
    context = looking_at(pipeline.context_of(subject, recipe), before.module, step.images)
    with torch.no_grad():
        scores = score(before, Given(before, step, context))
        levels, masks = _masks(before, scores, Given(before, step, context))
    return Ranking(
        recipe=recipe,
        step=step,
        before=before,
        context=context,
        levels=levels,
        scores={name: values.double().numpy() for name, values in scores.items()},
        ranks={name: _ranks(values, masks[0][name], step) for name, values in scores.items()},
        gone={name: np.array([int(mask[name].sum()) for mask in masks]) for name in scores},
    )


def _masks(
    before: Compressed, scores: Scores, given: Given
) -> tuple[tuple[float, ...], list[Mapping[str, torch.Tensor]]]:
    """At the sparsities that the knob has, but those that would leave a layer nothing."""
    if given.step.pattern not in FREE["pattern"]:
        mask = removed_by_scores(before, scores, given)
        total = sum(values.numel() for values in scores.values())
        return (sum(int(gone.sum()) for gone in mask.values()) / total,), [mask]
    levels, masks = [], []
    for level in sparsities():
        step = given.step.model_copy(update={"sparsity": level})
        try:
            masks.append(removed_by_scores(before, scores, replace(given, step=step)))
        except UsageError:
            if not masks:
                raise
            break
        levels.append(level)
    return tuple(levels), masks


def sparsities() -> tuple[float, ...]:
    """Where the sparsity knob can stand."""
    return next(knob for knob in Prune.knobs() if knob.name == "sparsity").grid()


def _ranks(scores: torch.Tensor, gone: torch.Tensor, step: Prune) -> Counts:
    """Places in the layer's order; a pattern's own choice, if there is one, comes before all else."""
    flat = scores.flatten()
    order = flat.argsort(stable=True)
    if step.pattern not in FREE["pattern"]:
        order = order[gone.flatten()[order].logical_not().long().argsort(stable=True)]
    ranks = np.empty(flat.numel(), dtype=np.int64)
    ranks[order.numpy()] = np.arange(flat.numel())
    return ranks.reshape(tuple(scores.shape))
