"""What leaves a device: the first update of one client as it is, as it travels masked, and its bytes in each format."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from compression.errors import UsageError
from compression.insight.federated.asked import first_round
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.federated.client import Work
from compression.techniques.federated.fixed_point import FixedPoint, grid_for, reach_after
from compression.techniques.federated.key_agreement import Words
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.masking_client import MaskingClient
from compression.techniques.federated.messages import write
from compression.techniques.federated.moving import LocalPlan
from compression.techniques.federated.secure_sum import bytes_besides, threshold_of
from compression.techniques.federated.simulation import Simulation

BARS, MASKED_BARS = 41, 32
"""The second divides every circle, so that each bar counts as many values."""
FORMATS = get_args(Federate.model_fields["update"].annotation)


def federated_update(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """``plain`` and ``masked`` are histograms, the second None where nothing can be masked; ``formats`` has the bytes
    of one update in each, plain and masked, and the bits of a masked number."""
    simulation = first_round(subject, recipe)
    client, change = first_update(simulation)
    step, layout = simulation.step, simulation.clients.layout
    clients = sum(len(part) > 0 for part in simulation.clients.parts)
    joining = clients if step.dp else max(1, round(step.sample * clients))
    reach = reach_after(layout, change)
    formats, masked = [], None
    for update in FORMATS:
        plain = len(write(change, layout, step.model_copy(update={"update": update})).data)
        each: dict[str, Any] = {"name": update, "plain": plain, "masked": None, "bits": None}
        if joining > 1 and update != "topk":
            grid = grid_for(layout, update, reach, joining)
            each |= {"masked": grid.length + bytes_besides(joining), "bits": grid.bits[0][1]}
            if update == step.update:
                residues = masked_message(grid, change, joining)[: layout.learned]
                masked = _counted(residues, 0.0, float(grid.circle[0]) + 1, MASKED_BARS)
        formats.append(each)
    sent = write(change, layout, step).row[: layout.learned].numpy()
    most = float(np.abs(sent).max()) or 1.0
    return {
        "client": client + 1,
        "joining": joining,
        "numbers": layout.learned,
        "update": step.update,
        "secure": step.secure == "on",
        "besides": bytes_besides(joining) if joining > 1 else None,
        "plain": _counted(sent, -most, most, BARS),
        "masked": masked,
        "formats": formats,
    }


def first_update(simulation: Simulation) -> tuple[int, Tensor]:
    """The first client that has examples, and what it changes [size] in the first round."""
    step, clients = simulation.step, simulation.clients
    client = next((c for c, part in enumerate(clients.parts) if len(part)), None)
    if client is None:
        raise UsageError("No client has any examples: choose fewer clients or a higher alpha.")
    work = Work(client, clients.updates(client, step.local_epochs, step.batch))
    plan = LocalPlan(learning_rate=step.lr, batch=step.batch)
    learned = clients.train(simulation.server.row, [work], plan, round_number=1)
    return client, learned.rows[0] - simulation.server.row


def masked_message(grid: FixedPoint, change: Tensor, clients: int) -> Words:
    """The numbers that the first of so many clients sends of a change [size], with all its masks on."""
    taking = [MaskingClient(number) for number in range(clients)]
    everybody = {client.number: client.hello() for client in taking}
    threshold = threshold_of(clients)
    boxes = {client.number: client.share(everybody, threshold) for client in taking}
    taking[0].take({sender: boxes[sender][0] for sender in range(1, clients)})
    return taking[0].masked(grid.residues(grid.whole(change)), grid.circle)


def _counted(values: NDArray[Any], low: float, high: float, bars: int) -> dict[str, list[float]]:
    counts, edges = np.histogram(values.astype(np.float64), bins=bars, range=(low, high))
    return {"counts": counts.tolist(), "edges": edges.tolist()}
