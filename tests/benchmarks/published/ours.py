"""Units removed from a published network, ours beside what its authors publish for the same network."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from compression.subjects import Subject
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.channels.prune_channels import prune_channels
from compression.techniques.context import StepContext
from compression.techniques.shared.images import images_of
from tests.benchmarks.ours import TOOL
from tests.benchmarks.published.weights import CARD
from tests.benchmarks.setting import SEEDS, parameters_of
from tests.benchmarks.table import Row

SHARES = (0.5, 0.6, 0.7, 0.8)
"""Of the units of both hidden layers."""
PUBLISHED = {
    "smallest removed": (87.86, 83.03, 71.21, 63.90),
    "neuron merging": (87.86, 88.07, 83.27, 77.11),
    "LBYL": (88.83, 87.75, 83.92, 78.05),
}
"""In %, without any image, as the authors state them: README of ICML2022-LBYL/LBYL2022, criterion l2-norm."""


def rows(subject: Subject) -> Iterator[Row]:
    for tool, accuracies in PUBLISHED.items():
        for share, accuracy in zip(SHARES, accuracies, strict=True):
            yield Row(
                "published",
                CARD.id,
                tool,
                "",
                _named(share),
                accuracy / 100,
                None,
                note="published",
            )
    original = subject.original.module
    accuracy = accuracy_of(subject, original)
    yield Row(
        "published", CARD.id, "original", "", "", accuracy, None, parameters=parameters_of(original)
    )
    for seed in SEEDS:
        for share in SHARES:
            for method, step in steps(share).items():
                yield measured(subject, seed, method, share, step)


def steps(share: float) -> dict[str, PruneChannels]:
    """Their widths, or as many parameters as these have; from images, or from none as they do."""
    first, second = (round(width * (1 - share)) for width in (300, 100))
    same = PruneChannels(widths=f"fc1={first};fc2={second}")
    as_many = PruneChannels(ratio=share, multiple=1)
    return {
        "same widths": same,
        "as many parameters": as_many,
        "same widths, no image": same.moved(images=0),
        "as many parameters, no image": as_many.moved(images=0),
    }


def measured(subject: Subject, seed: int, method: str, share: float, step: PruneChannels) -> Row:
    """One row; what is found out of a seed's images is remembered, so seconds would say nothing."""
    images = subject.calibration_for(seed, images_of(step))
    context = StepContext(calibration=images, seed=seed)
    small = prune_channels(subject.original, step, context).module
    return Row(
        "published", CARD.id, TOOL, method, _named(share), accuracy_of(subject, small), None, seed,
        parameters=parameters_of(small),
    )  # fmt: skip


@torch.no_grad()
def accuracy_of(subject: Subject, module: nn.Module) -> float:
    """The share of the whole test set that is right."""
    test = subject.data.test
    answers = module(torch.from_numpy(test.inputs)).argmax(1).numpy()
    return float((answers == test.labels).mean())


def _named(share: float) -> str:
    return f"{share:.0%} fewer units"
