"""The step itself: from what stands before to the model that the clients have learned together."""

from __future__ import annotations

import copy
import math
import time
from dataclasses import replace

import torch
from torch import nn

from compression.models.compressed import Compressed
from compression.techniques.context import StepContext
from compression.techniques.federated.begin import begin, mask_of
from compression.techniques.federated.calibration import own_shares
from compression.techniques.federated.client import Clients
from compression.techniques.federated.exchange import Exchange
from compression.techniques.federated.gradients import fastest
from compression.techniques.federated.history import History
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.layout import Layout
from compression.techniques.federated.noise import Noise, epsilon, promising
from compression.techniques.federated.resume import resume, saved
from compression.techniques.federated.server import Server
from compression.techniques.federated.simulation import Simulation
from compression.techniques.federated.split import histograms, split
from compression.training.data import Training, TrainingData
from compression.training.processor import one_thread
from compression.training.progress import Progress
from compression.training.throttle import StopRequested, Throttle

PARTS = 100
"""Into which progress divides a round: how many updates it has is known when it is drawn."""


def federate(compressed: Compressed, step: Federate, context: StepContext) -> Compressed:
    """The model of the round that was best on validation; what stood before counts where no round was better.

    UsageError without data, or where data and step don't fit.
    """
    training = context.labelled
    given = begin(compressed, step, context.seed)
    with one_thread(), torch.random.fork_rng(devices=[]):
        simulation = prepare(compressed.module, given, step, training.load(), context.seed)
        _run(simulation, training)
    made = learned(simulation, given)
    return promising(made, compressed, step, by_zeros=simulation.mask is not None)


def learned(simulation: Simulation, given: Compressed) -> Compressed:
    """The model of the best round so far, with what was sent for it; ``given`` is what it started from."""
    module = copy.deepcopy(given.module)
    simulation.clients.layout.load(module, simulation.best)
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    sent = simulation.history.bytes_sent
    return replace(given, module=module.eval(), bytes_sent=sent, epsilon=epsilon(simulation.step))


def prepare(
    before: nn.Module, given: Compressed, step: Federate, data: TrainingData, seed: int
) -> Simulation:
    """A training before its first round; ``given`` is what it starts from, ``before`` what stood before that."""
    network = copy.deepcopy(given.module).train()
    layout = Layout(network)
    labels = data.labels.numpy()
    classes = len(given.model.data.classes)
    people = None if data.people is None else data.people.numpy()
    parts = split(step, labels, classes, people, seed)
    gradients = fastest(network, given.model.data.input_shape)
    row, mask = layout.row(network), mask_of(before, layout)
    if mask is not None:
        row *= mask
    counts = histograms(parts, labels, classes)
    offsets = own_shares(counts) if step.calibrate == "on" else None
    return Simulation(
        step=step,
        clients=Clients(network, layout, data, parts, gradients, seed, offsets),
        server=Server.begin(step, row, layout.learned),
        exchange=Exchange.begin(step, layout, row, len(parts)),
        judged=copy.deepcopy(network).eval(),
        mask=mask,
        history=History(0.0, tuple(tuple(each) for each in counts.tolist())),
        best=row,
        best_validation=0.0,
        noise=Noise(step, sum(len(part) > 0 for part in parts), seed) if step.dp else None,
    )


def _run(simulation: Simulation, training: Training) -> None:
    """All rounds, or those that are left; a cancel ends them, with the best until then."""
    step, throttle = simulation.step, Throttle(training.report)
    if not resume(simulation, training.checkpoint):
        started, _ = simulation.validate(simulation.best)
        simulation.history = replace(simulation.history, started=started)
        simulation.best_validation = started

    began_at, began = time.monotonic(), len(simulation.history.rounds)

    def progress(share: float) -> Progress:
        rounds = simulation.history.rounds
        losses = rounds[-1].losses if rounds else ()
        done = len(rounds) + share
        left = (step.rounds - done) / (done - began) if done > began else None
        return Progress(
            step=int(PARTS * done),
            steps=PARTS * step.rounds,
            epoch=done,
            epochs=float(step.rounds),
            loss=sum(losses) / len(losses) if losses else math.nan,
            validation=rounds[-1].validation if rounds else simulation.history.started,
            seconds_left=left * (time.monotonic() - began_at) if left is not None else None,
        )

    note = ""
    try:
        while not simulation.is_finished:
            simulation.play(lambda share: throttle.tell(lambda: progress(share)))
            if training.checkpoint is not None:
                training.checkpoint.write(saved(simulation))
    except StopRequested:
        note = "The training was cancelled."
    training.report(replace(progress(0.0), note=note))
