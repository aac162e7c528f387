"""A model on several devices: where it may be cut, and one round of clients whose weights are averaged."""

from __future__ import annotations

from typing import Any

import torch

from compression.insight.federated.asked import first_round
from compression.insight.slicing.plan import slicing_plan
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.federated.client import Work
from compression.techniques.federated.simulation import local_plan

CUT_MODEL, ROUND_MODEL = "fashion-mnist/resnet8", "digits/mlp"
CLIENTS, BEFORE = "federate:clients=4,skew=0.1", 1


def cut() -> dict[str, Any]:
    """What each device holds, and what is sent, for every place of one cut."""
    plan = slicing_plan(look_up(CUT_MODEL), Recipe.build(CUT_MODEL, ["slice:stages=2"]))
    keep = ("name", "macs", "weight_bytes")
    return {
        "model": CUT_MODEL,
        "layers": [{name: layer[name] for name in keep} for layer in plan["layers"]],
        "sent": [point["sent_bytes"] for point in plan["points"]],
        "input": plan["input_bytes"],
    }


@torch.no_grad()
def averaged() -> dict[str, Any]:
    """One weight of each client before and after its training, the mean, and how good each model is then."""
    recipe = Recipe.build(ROUND_MODEL, [CLIENTS])
    simulation = first_round(look_up(ROUND_MODEL), recipe)
    step, clients = simulation.step, simulation.clients
    for _ in range(BEFORE):  # a new network says nothing yet
        simulation.play(lambda share: None)
    start = simulation.server.row.clone()
    sizes = [len(part) for part in clients.parts]
    who = [place for place, size in enumerate(sizes) if size]
    work = [Work(c, clients.updates(c, step.epochs, step.batch)) for c in who]
    rows = clients.train(start, work, local_plan(step, BEFORE + 1), round_number=BEFORE + 1).rows
    share = torch.tensor([sizes[c] for c in who], dtype=torch.float64)
    mean = ((share / share.sum()).float() @ (rows - start)) + start
    weight = int((rows - start).std(0).argmax())
    labels = clients.data.labels
    return {
        "model": ROUND_MODEL,
        "recipe": CLIENTS,
        "rounds_before": BEFORE,
        "sizes": [sizes[c] for c in who],
        "classes": [torch.bincount(labels[torch.from_numpy(clients.parts[c])], minlength=10).tolist() for c in who],
        "start": round(float(start[weight]), 4),
        "weights": [round(float(row[weight]), 4) for row in rows],
        "mean": round(float(mean[weight]), 4),
        "accuracy_start": simulation.validate(start)[0],
        "accuracies": [simulation.validate(row)[0] for row in rows],
        "accuracy_mean": simulation.validate(mean)[0],
    }  # fmt: skip
