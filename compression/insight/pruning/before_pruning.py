"""A model as a pruning step is given it, and what its answers suffer when the step takes other knobs. No labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from compression import pipeline
from compression.errors import UsageError
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.pruning.knobs import Prune
from compression.techniques.shared.positions import looking_at

IMAGES = 500
"""Unlabelled, of the validation split: those that weights are refitted on would flatter a layer."""


@dataclass(frozen=True, eq=False)
class Before:
    """What the last step of a recipe is given: as it is, folded, and its answers (logits [IMAGES, classes])."""

    subject: Subject
    recipe: Recipe
    given: Compressed
    folded: Compressed
    answers: Tensor

    @property
    def step(self) -> Prune | PruneChannels:
        step = self.recipe.steps[-1]
        assert isinstance(step, (Prune, PruneChannels))
        return step

    @cached_property
    def calibration(self) -> Tensor:
        context = pipeline.context_of(self.subject, self.recipe)
        return looking_at(context, self.folded.module, self.step.images).calibration

    def asked(self, **knobs: Any) -> Recipe:
        """The recipe with other knobs of the last step."""
        step = self.step.moved(**knobs)
        return self.recipe.model_copy(update={"steps": (*self.recipe.steps[:-1], step)})

    def made(self, **knobs: Any) -> tuple[Compressed, Recipe]:
        """The model with other knobs of the last step, and the recipe of it."""
        recipe = self.asked(**knobs)
        return pipeline.compress(self.subject, recipe), recipe

    @torch.no_grad()
    def divergence(self, after: Compressed) -> float:
        """The mean Kullback-Leibler divergence of the answers from those before [nats]."""
        told = _answers(after, self.subject).log_softmax(1)
        wanted = self.answers.log_softmax(1)
        return max(0.0, float(F.kl_div(told, wanted, log_target=True, reduction="batchmean")))


def before(subject: Subject, recipe: Recipe) -> Before:
    """Of a recipe that ends with a pruning, which is looked at as it is before any training."""
    return _before(subject, recipe.untrained)


@lru_cache(maxsize=4)
def _before(subject: Subject, recipe: Recipe) -> Before:
    if not recipe.steps or not isinstance(recipe.steps[-1], (Prune, PruneChannels)):
        raise UsageError("Only a recipe that ends with prune or prune-channels has a layer budget.")
    given = pipeline.before_last_step(subject, recipe)
    folded = fold_batch_norm(given)
    return Before(subject, recipe, given, folded, _answers(folded, subject))


@torch.no_grad()
def _answers(compressed: Compressed, subject: Subject) -> Tensor:
    images = torch.from_numpy(subject.data.validation.inputs[:IMAGES])
    return torch.cat([compressed.module(part) for part in images.split(250)])
