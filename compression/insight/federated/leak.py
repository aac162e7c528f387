"""What an update tells of the picture that it was learned from: by itself, under noise, and masked."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor

from compression.errors import UsageError
from compression.insight.federated.asked import first_round
from compression.insight.federated.inversion import Target, gradient, invert, likeness
from compression.insight.federated.update import masked_message
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.chance import chance
from compression.techniques.federated.fixed_point import grid_for
from compression.techniques.federated.messages import write
from compression.techniques.federated.simulation import Simulation

SEEN = ("plain", "noise", "masked")
MOST = 1000.0
PAIR = 2
"""Clients that mask: more of them hide no better than one other."""


def federated_leak(
    subject: Subject, recipe: Recipe, seen: str = "plain", noise: float = 0.0, example: int = 0
) -> dict[str, Any]:
    """One training picture of the first client that has any, sent as an update of one step, and what is found from it.

    ``noise`` is how many times as long as the update the noise on it is, ``example`` which of the client's pictures.
    """
    if seen not in SEEN or not 0 <= noise <= MOST or example < 0:
        raise UsageError(
            f"seen is one of {', '.join(SEEN)}, noise 0 to {MOST:g} and example 0 or more: choose such."
        )
    if len(subject.card.data.input_shape) != 3:
        raise UsageError("Only pictures are inverted here: choose a model of pictures.")
    with torch.random.fork_rng(devices=[]):
        simulation = first_round(subject, recipe)
        own = next((part for part in simulation.clients.parts if len(part)), None)
        if own is None:
            raise UsageError("No client has any examples: choose fewer clients or a higher alpha.")
        data, place = simulation.clients.data, int(own[example % len(own)])
        real, label = data.inputs[place : place + 1], data.labels[place : place + 1]
        network = copy.deepcopy(simulation.judged)
        for parameter in network.parameters():
            parameter.requires_grad_()
        change = torch.zeros(simulation.clients.layout.size)
        change[: simulation.clients.layout.learned] = -simulation.step.lr * gradient(
            network, real, label
        )
        received = _received(simulation, change, seen, noise)
        low, high = float(data.inputs.min()), float(data.inputs.max())
        target = Target(network, -received, label, tuple(real.shape[1:]), low, high)
        found, cosine = invert(target, chance(simulation.clients.seed, "inversion"))
    return {
        "real": _levels(real, low, high),
        "found": _levels(found, low, high),
        "likeness": round(likeness(found, real), 3),
        "cosine": round(cosine, 3),
        "label": subject.card.data.classes[int(label)],
        "length": float(torch.linalg.vector_norm(change)),
        "numbers": len(received),
    }


def _received(simulation: Simulation, change: Tensor, seen: str, noise: float) -> Tensor:
    """The learned numbers of the update as who reads the message has them."""
    layout, step = simulation.clients.layout, simulation.step
    if seen == "masked":
        grid = grid_for(layout, step.update, torch.empty(0), PAIR)
        masked = masked_message(grid, change, PAIR)
        return grid.value(grid.signed(masked))[: layout.learned]
    sent = write(change, layout, step).row[: layout.learned]
    if seen == "noise":
        random = chance(simulation.clients.seed, "noise on one update")
        drawn = torch.randn(len(sent), generator=random)
        sent = sent + noise * drawn * sent.norm() / drawn.norm()
    return sent


def _levels(picture: Tensor, low: float, high: float) -> list[list[int]]:
    """0 to 255, a row a line; of several channels their mean."""
    scaled = 255 * (picture[0].mean(0) - low) / max(high - low, 1e-9)
    return scaled.round().int().tolist()
