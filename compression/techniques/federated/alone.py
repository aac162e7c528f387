"""The local-only control: a client that learns alone, from its own examples, in as many passes.

Who gains from learning together is seen beside it (Yu et al., 2020, arXiv:2002.04758).
"""

from __future__ import annotations

from dataclasses import replace

import torch

from compression.techniques.federated.exchange import Exchange
from compression.techniques.federated.history import History
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.server import Server
from compression.techniques.federated.simulation import Simulation
from compression.training.processor import one_thread


def learn_alone(together: Simulation, control: Federate, client: int) -> History:
    """What one client reaches; ``together`` is the training before its first round, which stays as it is, and
    ``control`` the step of all data in one place, which this client does with its own."""
    clients = replace(together.clients, parts=(together.clients.parts[client],), offsets=None)
    row, layout = together.best, clients.layout
    simulation = replace(
        together,
        step=control,
        clients=clients,
        server=Server.begin(control, row, layout.learned),
        exchange=Exchange.begin(control, layout, row, 1),
        history=History(0.0, (together.history.examples[client],)),
        noise=None,
    )
    with one_thread(), torch.random.fork_rng(devices=[]):
        started, _ = simulation.validate(row)
        simulation.history = replace(simulation.history, started=started)
        while not simulation.is_finished:
            simulation.play(lambda share: None)
    return simulation.history
