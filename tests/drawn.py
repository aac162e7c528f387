"""Steps drawn at random from what the knobs themselves declare; equal seeds draw alike."""

from __future__ import annotations

from random import Random
from typing import Any

from pydantic import ValidationError

from compression.models.catalogue import MODELS
from compression.techniques import TECHNIQUES
from compression.techniques.step import Knob, Step

FEW = 4
"""Of a range so many values are drawn from, ends included."""


def drawn_steps(random: Random, longest: int, model: str) -> tuple[Step, ...]:
    """One to ``longest`` steps that need no labels."""
    return tuple(drawn_step(random, model) for _ in range(random.randint(1, longest)))


def drawn_step(random: Random, model: str) -> Step:
    """A step that fits a model and needs no labels; half of its knobs, at least, stand at their defaults."""
    fitting = [name for name in sorted(TECHNIQUES) if not TECHNIQUES[name].unfit(MODELS[model])]
    while True:
        step = TECHNIQUES[random.choice(fitting)]()
        changed = {k.name: _value(k, random) for k in step.knobs() if random.random() < 0.5}
        try:
            moved = step.moved(**changed)
        except ValidationError:
            continue
        if not moved.needs_labels:
            return moved


def _value(knob: Knob, random: Random) -> Any:
    return knob.default if knob.is_text else random.choice(knob.grid(FEW))
