"""The command under "Method" asks the command line for just the recipe that the page shows."""

from __future__ import annotations

import random
import shlex
from typing import Any

import pytest
import typer

from compression.__main__ import app
from compression.errors import UsageError
from compression.point.spread import parse_seeds
from compression.recipe import Recipe, make_step, only_effective
from compression.techniques import TECHNIQUES
from compression.techniques.step import Knob, Step
from pages.parts.panels.command import command

MODEL = "digits/cnn"
LAYERS = {"prune": "conv1=0.5;fc=0.25", "quantize": "conv1=8;fc=4"}


def a_value(knob: Knob, technique: str, dice: random.Random) -> Any:
    if knob.choices or knob.values:
        return dice.choice(knob.choices or knob.values)
    if knob.low is None or knob.high is None:
        return LAYERS.get(technique, knob.default) if knob.name == "layers" else knob.default
    return (
        dice.randint(int(knob.low), int(knob.high))
        if knob.is_integer
        else dice.uniform(knob.low, knob.high)
    )


def a_step(technique: str, dice: random.Random) -> Step:
    """Some knobs moved; tried again where they don't go together."""
    step = TECHNIQUES[technique]
    while True:
        moved = {k.name: a_value(k, technique, dice) for k in step.knobs() if dice.random() < 0.6}
        try:
            return make_step(step, only_effective(step, moved))
        except UsageError:
            continue


def parsed(words: list[str]) -> Recipe:
    """What the command line makes of the words after ``python -m compression``."""
    name, *rest = words
    context = typer.main.get_command(app).commands[name].make_context(name, rest)  # type: ignore[attr-defined]
    (seed,) = parse_seeds(context.params["seed"])
    return Recipe.build(context.params["model"], context.params["step"] or (), seed)


@pytest.mark.parametrize("dice", map(random.Random, range(40)), ids=range(40))
def test_the_command_gives_the_recipe_back_through_a_shell(dice: random.Random) -> None:
    techniques = [name for name in TECHNIQUES if name != "distill"]
    steps = [a_step(dice.choice(techniques), dice) for _ in range(dice.randint(0, 3))]
    first = [a_step("distill", dice)] if dice.random() < 0.3 else []
    asked = Recipe.build(MODEL, [*first, *steps], dice.choice([0, 0, 3, 2**31 - 1]))
    python, module, package, *words = shlex.split(command(asked))
    assert [python, module, package] == ["python", "-m", "compression"]
    assert parsed(words) == asked and parsed(words).key == asked.key


def test_layers_of_their_own_are_quoted_and_a_seed_is_named() -> None:
    asked = Recipe.build(MODEL, ["prune:layers=conv1=0.5;fc=0.25"], seed=2)
    assert command(asked).endswith("--step 'prune:layers=conv1=0.5;fc=0.25' --seed 2")
    assert "--seed" not in command(Recipe.build(MODEL, ["prune"]))
