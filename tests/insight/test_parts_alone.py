"""A layer called robust is: what curves and projections say, against really pruned models on validation images."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import torch

from compression import artifact, insight, pipeline
from compression.errors import UsageError
from compression.insight.budget.curves import group_table, layer_table
from compression.insight.budget.solve import by_damage, solve
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.shared.cost_table import CostTable

LENET = "fashion-mnist/lenet5"
DIGITS = "digits/cnn"


def ask(question: str, model: str, step: str, **more: Any) -> Any:
    recipe = Recipe.build(model, [step]).model_dump()
    answer = insight.answer(question, {"model": model, "recipe": recipe, **more})
    return json.loads(json.dumps(answer, allow_nan=False))


@lru_cache(maxsize=4)
def table(model: str, step: str) -> CostTable:
    kind, read = ("layer", layer_table) if step == "prune" else ("group", group_table)
    parts = ask(f"{kind}_parts", model, step)
    names = [part["name"] for part in parts["parts"]]
    return read(parts, [ask(f"{kind}_alone", model, step, part=name) for name in names])


def accuracy(recipe: Recipe) -> float:
    """On validation images, of which the first 500 made the curves."""
    split = look_up(recipe.model).data.validation
    with torch.no_grad():
        logits = pipeline.compress(look_up(recipe.model), recipe).module(
            torch.from_numpy(split.inputs[500:])
        )
    return float((logits.argmax(1).numpy() == split.labels[500:]).mean())


def alone(model: str, step: str, found: CostTable, name: str, taken: float) -> Recipe:
    """The recipe that prunes one part and leaves all others whole."""
    if step == "prune":
        own = {**found.whole, name: taken}
        text = ";".join(f"{path}={share}" for path, share in own.items())
        return Recipe.build(model, [f"prune:sparsity=0,layers={text}"])
    size = {part.name: part.size for part in found.rows}
    own = {**size, name: round(size[name] * (1 - taken))}
    text = ";".join(f"{path}={width}" for path, width in own.items())
    return Recipe.build(model, [f"prune-channels:ratio=0,widths={text}"])


@pytest.mark.parametrize(
    ("step", "taken"), [("prune", 0.9), ("prune", 0.96), ("prune-channels", 0.5)]
)
def test_a_layer_called_robust_is_and_one_called_sensitive_too(step: str, taken: float) -> None:
    found = table(LENET, step)
    order = by_damage(found, taken)
    whole = accuracy(Recipe(model=LENET))
    lost = {
        name: whole - accuracy(alone(LENET, step, found, name, taken))
        for name in (order[0], order[-1])
    }
    assert lost[order[0]] < 0.05
    assert lost[order[-1]] > lost[order[0]] + 0.01


@pytest.mark.parametrize("sparsity", [0.5, 0.9])
def test_the_projected_size_of_layers_is_nearly_that_of_the_packed_file(sparsity: float) -> None:
    found = table(DIGITS, "prune")
    recipe = Recipe.build(DIGITS, [f"prune:sparsity={sparsity},allocation=uniform"])
    real = len(artifact.pack(pipeline.compress(look_up(recipe.model), recipe), recipe).data)
    projected = found.costs["bytes"].at(dict.fromkeys(found.whole, sparsity))
    assert projected == pytest.approx(real, rel=0.04)


def test_projected_widths_cost_what_they_really_do() -> None:
    found = table(DIGITS, "prune-channels")
    choice = solve(found, "macs", 0.5 * found.range("macs")[1])
    text = ";".join(f"{name}={width:g}" for name, width in choice.items())
    recipe = Recipe.build(DIGITS, [f"prune-channels:ratio=0.4,widths={text}"])
    compressed = pipeline.compress(look_up(recipe.model), recipe)
    packed = len(artifact.pack(compressed, recipe).data)
    assert found.costs["bytes"].at(choice) == pytest.approx(packed, rel=0.04)
    shapes = {name: tuple(value.shape) for name, value in compressed.module.named_parameters()}
    for part in found.rows:
        for name, places in part.tensors.items():
            assert shapes[name][0] == places * choice[part.name]


def test_the_whole_model_costs_what_it_is_packed_into() -> None:
    for step in ("prune", "prune-channels"):
        found = table(DIGITS, step)
        recipe = Recipe(model=DIGITS)
        packed = len(artifact.pack(pipeline.compress(look_up(recipe.model), recipe), recipe).data)
        assert found.costs["bytes"].at(found.whole) == pytest.approx(packed, rel=0.01)
        assert found.damage(found.whole) == 0


def test_multiplications_are_those_of_the_layers() -> None:
    found = table(DIGITS, "prune")
    assert found.range("macs")[1] == 84_224  # the card's, counted by hand in its test
    assert found.costs["macs"].at(dict.fromkeys(found.whole, 0.5)) == 42_112


def test_damage_is_the_divergence_of_the_answers() -> None:
    found = ask("layer_alone", DIGITS, "prune", part="conv2")
    row = found["rows"][1]
    images = torch.from_numpy(look_up(DIGITS).data.validation.inputs[:500])
    pruned = Recipe.build(DIGITS, ["prune:sparsity=0,layers=conv1=0;conv2=0.7;fc=0"])
    with torch.no_grad():
        p, q = (
            pipeline.compress(look_up(DIGITS), r).module(images).double().softmax(1).numpy()
            for r in (Recipe(model=DIGITS), pruned)
        )
    assert row["setting"] == 0.7
    assert row["damage"] == pytest.approx((p * np.log(p / q)).sum(1).mean(), rel=1e-3)


def test_a_trained_repair_is_looked_at_before_its_training() -> None:
    trained = ask("layer_alone", DIGITS, "prune:repair=finetune", part="fc")
    assert trained == ask("layer_alone", DIGITS, "prune", part="fc")


@pytest.mark.parametrize(
    ("question", "step", "more", "says"),
    [
        ("layer_parts", "quantize", {}, "ends with prune"),
        ("layer_alone", "prune", {"part": "fc9"}, "no layer"),
        ("layer_alone", "prune-channels", {"part": "fc"}, "single layers"),
        ("group_alone", "prune-channels", {"part": "fc9"}, "no group"),
        ("layer_parts", "prune-channels", {}, "single layers"),
        ("group_parts", "prune", {}, "groups of channels"),
    ],
)
def test_a_wrong_question_is_refused_in_one_sentence(question, step, more, says) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        ask(question, DIGITS, step, **more)
    assert "\n" not in str(refusal.value)
