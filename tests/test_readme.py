"""The README says what is so: its table of models, its commands and its settings."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from compression.__main__ import app
from compression.models.catalogue import MODELS
from compression.point import METRICS
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^    python -m compression (.+?)(?: +#.*)?$", README, re.MULTILINE)


def models_table() -> list[str]:
    zoo = json.loads((ROOT / "assets" / "weights" / "zoo.json").read_text("utf-8"))
    rows = []
    for model_id, card in MODELS.items():
        told = zoo[model_id]
        minutes = told["train_cpu_s"] / 60
        duration = f"{minutes:.0f} min" if minutes >= 1 else f"{told['train_cpu_s']:.0f} s"
        accuracy, macs = METRICS["accuracy"], METRICS["macs"]
        rows.append(
            f"| `{model_id}` | {accuracy.text(told['accuracy'])} | {card.parameters:,} "
            f"| {macs.text(card.macs)} | {duration} |"
        )
    return rows


def test_the_table_of_models_is_the_one_that_was_trained() -> None:
    section = README.partition("<!-- models:")[2].partition("<!-- end of models")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == models_table()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_is_one(command: str) -> None:
    name, *arguments = shlex.split(command)
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    asked = group.commands[name].make_context(name, arguments).params
    steps = asked.get("step") or []
    if name == "sweep":
        chosen = {"sampler": asked["sampler"], "points": asked["points"] or None}
        assert len(Sweep.parse(asked["model"], steps, **chosen).recipes()) > 1
    elif "model" in asked:
        models = asked["model"] if isinstance(asked["model"], list) else [asked["model"]]
        assert all(Recipe.build(model, steps) for model in models)


def test_every_setting_is_in_the_readme() -> None:
    sources = [*(ROOT / "compression").rglob("*.py"), *(ROOT / "datasets").rglob("*.py")]
    used = {
        name for file in sources for name in re.findall(r'"(COMPACT_[A-Z_]+)"', file.read_text())
    }
    inner = {"COMPACT_WORKER_IMPORTS"}
    assert sorted(name for name in used - inner if name not in README) == []


if __name__ == "__main__":  # python -m tests.test_readme prints the table for the README
    print("\n".join(models_table()))
