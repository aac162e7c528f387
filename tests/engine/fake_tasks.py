"""Stands in for the pipeline: a recipe's seed says what happens to its task.

Each call is written to ``$FAKE_LOG`` when it begins, so that tests can count and order them.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from compression.engine.worker.progress import reporter
from compression.point import Environment, Measurement, Point
from compression.recipe import Recipe, recipe_from_dict
from compression.recipe.proposals import timed as propose
from compression.training.progress import Progress, TrainingCancelled

__all__ = ["ask", "glance", "measure", "propose", "screen", "warm"]

FAILING = "power-of-two"
DIES, DIES_ONCE, FAILS, SLOW = 666, 667, 668, 669
SLOW_SECONDS = 1.0


def measure(recipe_json: str, stage: str) -> str:
    recipe = Recipe.model_validate_json(recipe_json)
    _write(f"{stage} {recipe.key} {os.getpid()}")
    _act(recipe.seed, stage)
    if recipe.is_trained:
        _train(recipe)
    time.sleep(float(os.environ.get("FAKE_SECONDS", "0.01")))
    return Point(
        recipe=recipe,
        measurements={
            "accuracy": Measurement(value=0.9, unit="fraction", how="measured"),
            **_judged(recipe),
        },
        environment=Environment(machine="fake", cores=1, threads=1, python="3"),
        stage=stage,
    ).model_dump_json()


def _judged(recipe: Recipe) -> dict[str, Measurement]:
    """What a search looks at, of a recipe that rounds: size by bits, validation by bits, in groups a little better."""
    step = recipe.steps[-1] if recipe.steps else None
    if step is None or step.technique != "quantize":
        return {}
    if step.scales == FAILING:
        raise ValueError("no powers of two today")
    extra = 1 / step.group if step.group else 0
    return {
        "size_bytes": Measurement(value=1000 * (step.bits + extra), unit="bytes", how="measured"),
        "accuracy_validation": Measurement(
            value=1 - 2.0**-step.bits + extra / 10, unit="fraction", how="measured"
        ),
    }


def ask(question: str, arguments_json: str) -> str:
    """Answers with the arguments; the question says what else happens."""
    _write(f"ask-{question} {len(arguments_json)} {os.getpid()}")
    arguments = json.loads(arguments_json)
    if question == "refused":
        return json.dumps({"error": "There is no layer 'x': choose one of a, b."})
    if question == "fails":
        raise ValueError("the numbers ran out")
    if question == "dies_once" and not _died_before():
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(float(arguments.get("seconds", 0)))
    return json.dumps({"answer": arguments})


def screen(recipes_json: str, examples: str) -> str:
    """The accuracy of a recipe is its seed, in thousandths."""
    recipes = [recipe_from_dict(data) for data in json.loads(recipes_json)]
    _write(f"screen-{examples} {recipes[0].key} {os.getpid()}")
    time.sleep(0.05)
    if any(recipe.seed == FAILS for recipe in recipes):
        raise ValueError("the numbers ran out")
    return json.dumps([recipe.seed / 1000 for recipe in recipes])


def glance(recipes_json: str, examples: str) -> str:
    """Of each recipe, figures made of its seed and the number of examples."""
    recipes = [recipe_from_dict(data) for data in json.loads(recipes_json)]
    return json.dumps([[recipe.seed / 1000, recipe.seed, int(examples)] for recipe in recipes])


def warm(model_id: str) -> None:
    _write(f"warm {model_id} {os.getpid()}")


def _act(seed: int, stage: str) -> None:
    if stage == "estimate":
        return
    if seed == DIES or (seed == DIES_ONCE and not _died_before()):
        os.kill(os.getpid(), signal.SIGKILL)
    if seed == FAILS:
        raise ValueError("the numbers ran out")
    if seed == SLOW:
        time.sleep(SLOW_SECONDS)


def _train(recipe: Recipe) -> None:
    """As many updates of 20 ms as the seed says."""
    report = reporter(recipe.key)
    for step in range(1, recipe.seed + 1):
        time.sleep(0.02)
        try:
            report(Progress(step, recipe.seed, step / 10, recipe.seed / 10, 1 / step, 0.5))
        except TrainingCancelled:
            _write(f"stopped {recipe.key} {os.getpid()}")
            raise


def _died_before() -> bool:
    marker = Path(os.environ["FAKE_LOG"] + ".died")
    died = marker.exists()
    marker.touch()
    return died


def _write(line: str) -> None:
    with Path(os.environ["FAKE_LOG"]).open("a") as log:
        log.write(line + "\n")
