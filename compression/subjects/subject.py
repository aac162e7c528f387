"""A model with its data set and its deployed original: what every recipe starts from. Worker side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

import datasets
from compression import models
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Deployment
from compression.deploy.runtimes import Session
from compression.errors import UsageError
from compression.models.catalogue import ModelCard, model_card
from compression.models.compressed import Compressed
from compression.models.plans import PLANS, STANDARD, ModelPlan
from compression.models.train import data_for_compressed
from compression.subjects.noise import noise
from compression.training.data import TrainingData

ESTIMATE_EXAMPLES = 1000
"""Size of the fixed stratified test subset behind a first estimate."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A trained model by its card, and how to get its weights and its data: each is loaded when it is first needed."""

    card: ModelCard
    load_module: Callable[[], nn.Module]
    """Gives the trained model in evaluation mode."""
    load_data: Callable[[], datasets.Dataset]
    plan: ModelPlan = STANDARD
    """How the model was trained."""
    load_full: Callable[[], datasets.Dataset] | None = None
    """Gives the data set with every training example; None where ``load_data`` already does."""

    @cached_property
    def original(self) -> Compressed:
        """The model as it was trained, nothing folded."""
        return Compressed(self.card, self.load_module())

    @cached_property
    def data(self) -> datasets.Dataset:
        return self.load_data()

    @cached_property
    def subset(self) -> datasets.Split:
        """The test examples behind a first estimate."""
        return self.data.test.stratified(ESTIMATE_EXAMPLES)

    @cached_property
    def shown(self) -> datasets.Split:
        """The few test examples that pages show beside a model's answers; none of a user's own data."""
        return self.data.test.take(list(self.card.data.shown))

    def calibration_for(self, seed: int, count: int) -> Tensor:
        """Up to so many unlabelled training inputs [N, *input_shape], as the seed draws them; of fewer, the first.

        For 0 it is noise, and no data is loaded.
        """
        if not count:
            return noise(self.card.data, seed)
        return _drawn(self.data.train, seed, count)

    def shown_to_int8(self, seed: int, images: int) -> NDArray[np.float32]:
        """The inputs that ranges between int8 layers are chosen over, the same for every recipe; noise for 0 images."""
        if images:
            return self.data.calibration.inputs
        drawn: NDArray[np.float32] = self.calibration_for(seed, 0).numpy()
        return drawn

    @cached_property
    def deployed(self) -> Deployment:
        """The original as it is shipped."""
        return deploy(self.original.folded)

    @cached_property
    def session(self) -> Session:
        """The deployed original, opened once: everything else is timed in turns with it."""
        return self.deployed.session()

    def trained_model(self, model_id: str) -> Compressed:
        """A trained model by its name: this one, or any other that there is."""
        return (self if model_id == self.card.id else look_up(model_id)).original

    def training_data(self) -> TrainingData:
        """What a compressed model may learn from."""
        return data_for_compressed(self.data, self.plan)

    def full_training_data(self) -> TrainingData:
        """The same with every training example of its data set; UsageError where they aren't on this machine."""
        if self.load_full is None:
            return self.training_data()
        if not datasets.full_available(self.card.dataset):
            raise UsageError(
                f"All training images of {self.card.dataset} are not on this machine: get them with python -m "
                f"compression download {self.card.dataset}, or leave trained_on=full out."
            )
        return data_for_compressed(self.load_full(), self.plan)


@lru_cache(maxsize=2)
def _drawn(split: datasets.Split, seed: int, count: int) -> Tensor:
    return torch.from_numpy(split.drawn(count, seed).inputs)


@lru_cache(maxsize=16)
def look_up(model_id: str) -> Subject:
    """The door: a model by its name, the same value for all that ask for it in this process."""
    card = model_card(model_id)
    return Subject(
        card=card,
        load_module=partial(models.load, card.id),
        load_data=partial(datasets.load, card.dataset),
        plan=PLANS.get(card.id, STANDARD),
        load_full=partial(datasets.load, card.dataset, full=True),
    )
