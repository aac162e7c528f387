"""What models answer: one picture's scores, which class loses most, what an attack does."""

from __future__ import annotations

from typing import Any

import numpy as np

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.insight.distillation.soft_labels import soft_labels
from compression.insight.robustness.curve import attack_curve
from compression.measure.answers import probabilities_of
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "fashion-mnist/resnet8"
CHANNELS = tuple(f"prune-channels:ratio={ratio}" for ratio in ("0.3", "0.5", "0.7", "0.8"))
ATTACKED = ("quantize:bits=2", "prune-channels")
SHOWN = 2
"""Pictures of the attack."""


def warmed() -> dict[str, Any]:
    """A teacher's scores for the picture that it is least sure of."""
    subject = look_up(MODEL)
    told = soft_labels(subject, [subject])
    example = next(each for each in told["examples"] if each["kind"] == "ambiguous")
    return {
        "model": MODEL,
        "classes": told["classes"],
        "label": example["label"],
        "logits": example["logits"][0],
        "image": example["image"],
    }


def classes() -> dict[str, Any]:
    """How many of each class's test examples are answered right, by recipe."""
    subject = look_up(MODEL)
    test = subject.data.test
    found = {}
    for steps in ("", *CHANNELS):
        recipe = Recipe.build(MODEL, [steps] if steps else [])
        session = deploy(pipeline.compress(subject, recipe)).exact_session()
        (logits,) = session.run(None, {session.get_inputs()[0].name: test.inputs})
        right = probabilities_of(logits).argmax(1) == test.labels
        found[steps] = [int(right[test.labels == k].sum()) for k in range(10)]
    return {
        "model": MODEL,
        "classes": list(subject.card.data.classes),
        "counted": np.bincount(test.labels).tolist(),
        "right": found,
    }


def attacked() -> dict[str, Any]:
    """Accuracy at each strength of an attack, and two pictures as they are moved."""
    subject = look_up(MODEL)
    told = {}
    for steps in ATTACKED:
        answer = attack_curve(subject, Recipe.build(MODEL, [steps]))
        told[steps] = answer["compressed"]
    return {
        "model": MODEL,
        "levels": answer["levels"],
        "counted": answer["counted"],
        "original": answer["original"],
        "compressed": told,
        "classes": answer["classes"],
        "examples": _fooled(answer["examples"]),
    }


def _fooled(examples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that were right at first and turn latest: the change is to be seen coming."""

    def turned(example: dict[str, Any]) -> int:
        said = [level["said"] == example["label"] for level in example["levels"]]
        return said.index(False) if said[0] and False in said else -1

    return sorted(examples, key=turned, reverse=True)[:SHOWN]
