"""A small federated training on made-up data, whose parts tests look at."""

from __future__ import annotations

from typing import Any

import torch

from compression import models
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed
from compression.techniques.federated.federate import prepare
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.simulation import Simulation
from compression.training.data import TrainingData

MODEL = "digits/mlp"


def original(model: str = MODEL) -> Compressed:
    return Compressed(model_card(model), models.load(model))


def made_up(model: str = MODEL, count: int = 240) -> TrainingData:
    """Inputs whose class shows in their mean."""
    random = torch.Generator().manual_seed(0)
    card = model_card(model).data
    labels = torch.arange(count) % len(card.classes)
    inputs = torch.randn(count, *card.input_shape, generator=random)
    inputs += labels.reshape(-1, *[1] * len(card.input_shape))
    return TrainingData(inputs, labels, inputs[:50], labels[:50])


def simulation(model: str = MODEL, data: TrainingData | None = None, **knobs: Any) -> Simulation:
    step = Federate(**{"clients": 4, "rounds": 3, **knobs})
    given = Compressed(model_card(model), models.load(model))
    return prepare(given.module, given, step, data or made_up(model), seed=0)


def play(of: Simulation, rounds: int = 1) -> Simulation:
    for _ in range(rounds):
        of.play(lambda share: None)
    return of
