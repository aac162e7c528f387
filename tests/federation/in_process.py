"""Devices in this process, reached without Flower, and the simulation that they are compared with."""

from __future__ import annotations

import torch

from compression.errors import LabError
from compression.federation.coordinator import Coordinator
from compression.federation.device import Device
from compression.federation.messages import Answer, Memory, Packet
from compression.federation.prepared import prepared
from compression.federation.terms import Terms
from compression.recipe import Recipe
from compression.techniques.federated.client import Clients, Learned
from compression.techniques.federated.simulation import Simulation
from compression.training.processor import one_thread


def terms(model: str = "digits/mlp", **knobs) -> Terms:
    step = ",".join(
        f"{name}={value}" for name, value in ({"clients": 2, "rounds": 2} | knobs).items()
    )
    return Terms(Recipe.build(model, [f"federate:{step}"]))


class InProcess:
    """A link whose devices answer at once; ``spoil`` may put something else in an answer's place."""

    def __init__(self, of: Terms, spoil=lambda client, number, answer: answer) -> None:
        count = len(prepared(of)[0].clients.parts)
        self.devices = {client: Device(of, client) for client in range(count)}
        self.memories: dict[int, Memory | None] = dict.fromkeys(self.devices)
        self.spoil = spoil
        self.said: list[str] = []

    def ask(self, packets: dict[int, Packet], number: int) -> dict[int, Answer | str]:
        answers = {c: self._answer(c, packet, number) for c, packet in packets.items()}
        return {client: answer for client, answer in answers.items() if answer is not None}

    def _answer(self, client: int, packet: Packet, number: int) -> Answer | str | None:
        try:
            answer, memory = self.devices[client].train(packet, number, self.memories[client])
        except LabError as error:
            return str(error)
        spoilt = self.spoil(client, number, answer)
        if spoilt is not None:
            self.memories[client] = memory
        return spoilt

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def deployed(of: Terms, link: InProcess) -> Coordinator:
    hellos = [device.hello() for device in link.devices.values()]
    return Coordinator(prepared(of)[0], link, {each.client: each.examples for each in hellos})


def simulated(of: Terms, *, alone: bool = False) -> Simulation:
    """All rounds; ``alone`` trains each client by itself, as a device does, not side by side."""
    simulation, _ = prepared(of)
    if alone:
        simulation.clients = OneByOne(**vars(simulation.clients))
    with one_thread():
        while not simulation.is_finished:
            simulation.play(lambda share: None)
    return simulation


class OneByOne(Clients):
    def train(self, start, work, plan, *, round_number, tell=lambda share: None) -> Learned:
        each = [
            super(OneByOne, self).train(start, [one], plan, round_number=round_number)
            for one in work
        ]
        return Learned(torch.cat([e.rows for e in each]), torch.cat([e.losses for e in each]))
