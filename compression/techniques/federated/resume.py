"""What is saved of a federated training after each round, and how it is taken up again."""

from __future__ import annotations

import hashlib

from compression.techniques.federated.history import History, from_json
from compression.techniques.federated.simulation import Simulation
from compression.training.checkpoints import Checkpoint, Saved


def saved(simulation: Simulation) -> Saved:
    """All it takes to go on; of a finished training what is kept, and its history."""
    tensors = {"best": simulation.best}
    if not simulation.is_finished:
        tensors |= {
            "server.row": simulation.server.row,
            "server.first": simulation.server.first,
            "server.second": simulation.server.second,
            "exchange.common": simulation.exchange.common,
            "exchange.left_out": simulation.exchange.left_out,
            "exchange.reach": simulation.exchange.reach,
        }
    facts = {
        "signature": _signature(simulation),
        "history": simulation.history.as_json(),
        "best_validation": simulation.best_validation,
        "missed": simulation.exchange.missed,
    }
    return Saved(tensors, facts)


def resume(simulation: Simulation, checkpoint: Checkpoint | None) -> bool:
    """Go on after the last round that was saved; False if there is none, or none of this very training."""
    known = None if checkpoint is None else checkpoint.read()
    if known is None or known.facts.get("signature") != _signature(simulation):
        return False
    simulation.history = from_json(known.facts["history"])
    simulation.best = known.tensors["best"]
    simulation.best_validation = float(known.facts["best_validation"])
    if not simulation.is_finished:
        server, exchange = simulation.server, simulation.exchange
        server.row = known.tensors["server.row"]
        server.first, server.second = known.tensors["server.first"], known.tensors["server.second"]
        exchange.common = known.tensors["exchange.common"]
        exchange.left_out = known.tensors["exchange.left_out"]
        exchange.reach = known.tensors["exchange.reach"]
        exchange.missed = [int(each) for each in known.facts["missed"]]
    return True


def history_of(key: str) -> History | None:
    """What happened in the training that is kept by a recipe's key; None where none is."""
    known = Checkpoint(key).read()
    return from_json(known.facts["history"]) if known and "history" in known.facts else None


def _signature(simulation: Simulation) -> str:
    """Equal for equal trainings of equal modules."""
    clients = simulation.clients
    asked = repr((
        simulation.step, clients.seed, list(clients.layout.shapes.items()), simulation.history.examples,
    ))  # fmt: skip
    return hashlib.sha256(asked.encode()).hexdigest()
