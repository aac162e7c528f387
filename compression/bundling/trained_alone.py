"""Whether networks cut out of a model stand in the order in which they would stand if each were trained alone.

    python -m compression.bundling.trained_alone fashion-mnist/supernet --networks 16 --epochs 12

The committed table of rank correlations, `assets/search/`: minutes to hours. It is written after each network, and one
that is interrupted goes on. ``--step`` names another space than all of ``subnet``.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from compression import api
from compression.errors import LabError, UsageError
from compression.files import write_named
from compression.insight.search.architecture import as_new, member
from compression.insight.search.proxies import INPUTS, scores
from compression.models.train import accuracy_of, training_data
from compression.point.rank_correlation import rank_correlation
from compression.recipe import Recipe
from compression.recipe.step_texts import format_step
from compression.recipe.sweep import Sweep
from compression.subjects import Subject, look_up
from compression.techniques import TECHNIQUES
from compression.training import loop
from compression.training.processor import one_thread

FOLDER = Path(__file__).parents[2] / "assets" / "search"
FEWEST = 12
PREDICTORS = ("member_validation", "parameters", "macs", "synflow", "naswot")
ALONE = "alone_test"


def table(
    model: str,
    steps: list[str],
    *,
    networks: int,
    epochs: float,
    seed: int = 0,
    folder: Path = FOLDER,
) -> dict[str, Any]:
    """The table, with what was there of the same question taken over; written to ``folder`` as it grows."""
    if networks < FEWEST:
        raise UsageError(f"{networks} networks say too little: ask for at least {FEWEST}.")
    recipes = Sweep.parse(model, steps, points=networks, seed=seed, sampler="random").recipes()
    file = folder / f"{model}.json"
    asked = {"model": model, "steps": steps, "epochs": epochs, "seed": seed}
    rows = _kept(file, asked)
    made = {**asked, "command": command(model, steps, networks, epochs, seed), "networks": rows}
    for number, recipe in enumerate(recipes, start=1):
        text = [format_step(step) for step in recipe.steps]
        if all(row["steps"] != text for row in rows):
            rows.append({"steps": text, **_row(look_up(model), recipe, epochs)})
            file.parent.mkdir(parents=True, exist_ok=True)
            write_named(file, (json.dumps(made, indent=1) + "\n").encode())
        print(f"{number} of {networks}: {recipe.describe()}", file=sys.stderr, flush=True)
    return made


def command(model: str, steps: list[str], networks: int, epochs: float, seed: int) -> str:
    """What makes this table again."""
    words = [
        "python",
        "-m",
        "compression.bundling.trained_alone",
        model,
        "--networks",
        str(networks),
    ]
    words += ["--epochs", f"{epochs:g}"]
    if "subnet" not in TECHNIQUES or steps != [every_subnet()]:
        words += [word for step in steps for word in ("--step", step)]
    return shlex.join([*words, *(["--seed", str(seed)] if seed else [])])


def every_subnet() -> str:
    """The step that cuts networks out, its knobs free but for the examples that it looks at."""
    technique = TECHNIQUES.get("subnet")
    if technique is None:
        raise UsageError(
            "There is no step subnet here: name another with --step, as in 'prune-channels:ratio=..'."
        )
    free = [k.name for k in technique.knobs() if k.form and not k.is_text and k.name != "images"]
    return f"subnet:{','.join(f'{name}=..' for name in free)}"


def _row(subject: Subject, recipe: Recipe, epochs: float) -> dict[str, Any]:
    """One network: its figures as a member, those that train nothing, and its accuracy after training alone.

    Alone it is judged by the test set, which has no say in anything here, and the member on validation, as a search is.
    """
    point = api.run(recipe.model, recipe.steps, seed=recipe.seed)
    network = member(subject, recipe)
    plan = replace(subject.plan, epochs=epochs)
    with one_thread():
        trained = loop.train(
            as_new(network, recipe.seed),
            training_data(subject.data, plan),
            plan=plan,
            seed=recipe.seed,
        )
    if trained.stopped:
        raise LabError(f"The training of {recipe.describe()} alone failed: {trained.reason}")
    return {
        "member_validation": point.value("accuracy_validation"),
        "member_test": point.value("accuracy"),
        "parameters": sum(value.numel() for value in network.parameters()),
        "macs": point.value("macs"),
        **scores(network, subject.calibration_for(0, INPUTS)),
        "alone_validation": round(trained.validation, 6),
        ALONE: round(accuracy_of(trained.module, subject.data.test), 6),
    }


def _kept(file: Path, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that was begun with the same question."""
    if not file.is_file():
        return []
    before = json.loads(file.read_text("utf-8"))
    return list(before["networks"]) if all(before.get(k) == v for k, v in asked.items()) else []


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m compression.bundling.trained_alone")
    parser.add_argument("model")
    parser.add_argument("--step", action="append", default=[])
    parser.add_argument("--networks", type=int, default=16)
    parser.add_argument("--epochs", type=float, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=FOLDER, help="Folder of the tables.")
    given = parser.parse_args()
    torch.set_num_threads(1)
    try:
        made = table(
            given.model, given.step or [every_subnet()], networks=given.networks, epochs=given.epochs,
            seed=given.seed, folder=given.output,
        )  # fmt: skip
    except UsageError as error:
        parser.exit(2, f"{error}\n")
    except LabError as error:
        parser.exit(1, f"{error}\n")
    alone = [row[ALONE] for row in made["networks"]]
    for name in PREDICTORS:
        print(f"{name}: {rank_correlation([row[name] for row in made['networks']], alone)}")


if __name__ == "__main__":
    main()
