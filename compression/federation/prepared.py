"""The training that terms describe, before its first round, as server and devices each prepare it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import datasets
from compression import models
from compression.errors import UsageError
from compression.federation.own_data import read_examples
from compression.federation.terms import Terms
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed
from compression.models.plans import PLANS, STANDARD
from compression.models.train import data_for_compressed
from compression.techniques.federated.begin import begin
from compression.techniques.federated.federate import prepare
from compression.techniques.federated.simulation import Simulation
from compression.training.data import TrainingData


def prepared(terms: Terms) -> tuple[Simulation, Compressed]:
    """All clients' training on the bundled data, and the model that it starts from."""
    card = model_card(terms.recipe.model)
    original = Compressed(card, models.load(card.id))
    given = begin(original, terms.step, terms.recipe.seed)
    return prepare(original.module, given, terms.step, _data(terms), terms.recipe.seed), given


def prepared_client(terms: Terms, client: int, file: Path | None) -> Simulation:
    """The same for one client, whose examples are its own where it has a file, else its part of the bundled ones.

    UsageError where there is no such client, or its file doesn't fit.
    """
    whole, _ = prepared(terms)
    count = len(whole.clients.parts)
    if not 0 <= client < count:
        raise UsageError(
            f"There is no client {client}: this training has {count}, numbered from 0 to {count - 1}."
        )
    if file is None:
        return whole
    inputs, labels = read_examples(file, model_card(terms.recipe.model).data)
    data = replace(whole.clients.data, inputs=inputs, labels=labels, people=None)
    none, all_ = np.empty(0, np.int64), np.arange(len(labels))
    parts = tuple(all_ if place == client else none for place in range(count))
    return replace(whole, clients=replace(whole.clients, data=data, parts=parts))


def _data(terms: Terms) -> TrainingData:
    card = model_card(terms.recipe.model)
    return data_for_compressed(datasets.load(card.dataset), PLANS.get(card.id, STANDARD))
