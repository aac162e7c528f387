"""How a compressed model and its original bear one attack: accuracy on what was made to mislead them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from compression.errors import UsageError, unknown
from compression.insight.made import made
from compression.insight.robustness.attacks import (
    BATCH_SIZE,
    STEPS,
    Reach,
    answered,
    fgsm,
    fixed,
    pgd,
)
from compression.measure.accuracy import accuracy_measurement
from compression.models.rounded_activations import rounding
from compression.point import Measurement
from compression.recipe import Recipe
from compression.subjects import Subject
from datasets import DatasetCard, Split

ATTACKS = {"fgsm": "FGSM", "pgd": f"PGD-{STEPS}"}
STANDARD = {"attack": "pgd", "epsilon": 0.03, "examples": 1000}
"""What the metric `adversarial_accuracy` is measured by."""

MOST_EXAMPLES = 10_000
LARGEST_EPSILON = 0.5
"""Of black to white: any picture can be made grey by it."""


def robustness(
    subject: Subject,
    recipe: Recipe,
    attack: str = "pgd",
    epsilon: float = 0.03,
    examples: int = 1000,
    kept: str = "",
) -> dict[str, Any]:
    """Accuracy under an attack that may move each pixel by ``epsilon`` of black to white, of original and compressed.

    The compressed model is attacked by its own gradient, rounding passed straight through, and shown what was made
    against the original (``transferred``). An example counts as withstood where it is answered right under both: a
    model whose rounding hides its gradient is no safer for it (Athalye et al., 2018, arXiv:1802.00420).
    """
    reach = reach_of(subject.card.data, epsilon)
    if attack not in ATTACKS:
        raise unknown("attack", attack, ATTACKS)
    split = _test_examples(subject, examples)
    labels = torch.from_numpy(split.labels)
    before = _on_original(subject, attack, reach, len(split))
    compressed = made(subject, recipe, kept)
    with fixed(rounding(compressed)) as module:
        clean = answered(module, torch.from_numpy(split.inputs)) == labels
        transferred = clean & (answered(module, before.moved) == labels)
        own = _withstood(module, split, clean, attack, reach)
    both = transferred if own is None else transferred & own
    answer = {
        "attack": ATTACKS[attack],
        "epsilon": epsilon,
        "examples": len(split),
        "original": {"clean": share(before.clean), "attacked": share(before.withstood)},
        "compressed": {
            "clean": share(clean),
            "own": None if own is None else share(own),
            "transferred": share(transferred),
            "attacked": share(both),
        },
        "note": "" if own is not None else NO_OWN,
    }
    asked = {"attack": attack, "epsilon": epsilon, "examples": examples}
    if asked == STANDARD:
        figure = as_figure(both, attack, epsilon).model_dump(exclude_defaults=True)
        answer["figures"] = {"adversarial_accuracy": figure}
    return answer


NO_OWN = (
    "This model gives no gradient to follow, so only the examples made against the original count."
)


@dataclass(frozen=True, eq=False)
class Attacked:
    """The original under an attack: which examples it answers right before and after, and the moved inputs."""

    clean: Tensor
    withstood: Tensor
    moved: Tensor


def reach_of(card: DatasetCard, epsilon: float) -> Reach:
    """Epsilon as a share of black to white in the values that a network sees; UsageError where there is no such."""
    require_pictures(card)
    if not (math.isfinite(epsilon) and 0 < epsilon <= LARGEST_EPSILON):
        raise UsageError(
            f"epsilon={epsilon} can't be: it is how far each pixel may move as a share of black to white, above 0 and "
            f"at most {LARGEST_EPSILON}, as in 0.03."
        )
    assert card.input_range is not None
    low, high = card.input_range
    return Reach(epsilon * (high - low), low, high)


def require_pictures(card: DatasetCard) -> None:
    """UsageError for data whose values have no ends within which an attack could be called small."""
    if card.input_range is None:
        raise UsageError(
            f"An attack moves pixels between black and white, and {card.title} has none: what is offered instead is "
            "how the model bears noise, drop-out and drift of its sensor."
        )


def as_figure(withstood: Tensor, attack: str, epsilon: float) -> Measurement:
    """The share withstood as a measurement with its interval."""
    measured = accuracy_measurement(int(withstood.sum()), len(withstood))
    return measured.model_copy(update={"note": f"{ATTACKS[attack]}, epsilon {epsilon:g}"})


def share(right: Tensor) -> dict[str, Any]:
    measured = accuracy_measurement(int(right.sum()), len(right))
    return {"value": measured.value, "low": measured.low, "high": measured.high}


def _test_examples(subject: Subject, examples: int) -> Split:
    """So many, or all where there are fewer."""
    test = subject.data.test
    if not 1 <= examples <= MOST_EXAMPLES:
        raise UsageError(
            f"examples={examples} can't be: give 1 to {MOST_EXAMPLES:,} of the test set's {len(test):,}."
        )
    return test.stratified(examples)


@lru_cache(maxsize=8)
def _on_original(subject: Subject, attack: str, reach: Reach, examples: int) -> Attacked:
    """Shared by all that the original is compared with: 20 steps of 1,000 examples are 3 MB and seconds."""
    split = _test_examples(subject, examples)
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    with fixed(subject.original.folded.module) as module:
        clean = answered(module, inputs) == labels
        moved = attacked(module, inputs, labels, attack, reach, to_the_end=True)
        withstood = clean & (answered(module, moved) == labels)
    return Attacked(clean, withstood, moved)


def _withstood(
    module: nn.Module, split: Split, clean: Tensor, attack: str, reach: Reach
) -> Tensor | None:
    """Which examples are right under the model's own attack; None where it gives no gradient."""
    inputs, labels = torch.from_numpy(split.inputs), torch.from_numpy(split.labels)
    right = clean.clone()
    try:
        moved = attacked(module, inputs[clean], labels[clean], attack, reach)
    except UsageError:
        return None
    right[clean] = answered(module, moved) == labels[clean]
    return right


def attacked(
    module: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    attack: str,
    reach: Reach,
    *,
    to_the_end: bool = False,
) -> Tensor:
    """Inputs moved against a module, batch by batch."""
    if not len(inputs):
        return inputs
    if attack == "fgsm":
        return fgsm(module, inputs, labels, reach)
    batches = zip(inputs.split(BATCH_SIZE), labels.split(BATCH_SIZE), strict=True)
    return torch.cat(
        [
            pgd(module, *batch, reach, seed=number, stop_when_fooled=not to_the_end)
            for number, batch in enumerate(batches)
        ]
    )
