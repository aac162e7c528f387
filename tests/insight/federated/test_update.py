"""What left a device: bytes are those of real messages, masked values are alike, and epsilon is the step's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from compression import insight
from compression.recipe import Recipe, format_step, parse_step
from compression.techniques.context import StepContext
from compression.techniques.federated.fixed_point import grid_for
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.noise import epsilon
from compression.techniques.federated.secure_sum import bytes_besides, secure_sum
from compression.techniques.step import Step
from compression.techniques.work import technique
from compression.training.data import Training
from tests.techniques.federated.setting import made_up, original, simulation

MODEL = "digits/mlp"


def answer(question: str, *steps: str) -> dict[str, Any]:
    recipe = Recipe.build(MODEL, steps).model_dump(mode="json")
    return insight.answer(question, {"model": MODEL, "recipe": recipe})


def test_an_update_is_counted_in_each_format_as_messages_are() -> None:
    told = answer("federated_update", "federate:clients=4,update=int4")
    by_name = {each["name"]: each for each in told["formats"]}
    size = told["numbers"]
    assert by_name["fp32"]["plain"] == 4 * size
    assert by_name["int4"]["masked"] == -(-size * 6 // 8) + told["besides"]
    assert by_name["topk"]["masked"] is None
    assert all(e["masked"] is None or e["masked"] > e["plain"] for e in by_name.values())
    assert sum(told["plain"]["counts"]) == size == sum(told["masked"]["counts"])


def test_masked_values_are_spread_evenly_and_plain_ones_are_not() -> None:
    told = answer("federated_update", "federate:clients=4")
    plain, masked = (np.array(told[name]["counts"]) for name in ("plain", "masked"))
    assert masked.max() < 2 * masked.mean() < plain.max() / 2


@pytest.mark.parametrize("step", ["federate:clients=1,split=iid", "federate:clients=4,update=topk"])
def test_what_can_not_be_masked_is_not(step: str) -> None:
    assert answer("federated_update", step)["masked"] is None


@pytest.mark.parametrize("clients", [2, 5])
def test_what_masks_cost_is_what_a_round_counts(clients: int) -> None:
    layout = simulation().clients.layout
    grid = grid_for(layout, "fp32", torch.empty(0), clients)
    nothing = dict.fromkeys(range(clients), torch.zeros(layout.size, dtype=torch.float64))
    found = secure_sum(range(clients), nothing, grid)
    assert set(found.up.values()) == {grid.length + bytes_besides(clients)}


def test_the_promise_is_that_of_the_step() -> None:
    told = answer("federated_promise", "federate:clients=4,rounds=5,dp=0.5,sample=0.5")
    assert told["epsilon"] == epsilon(Federate(clients=4, rounds=5, dp=0.5, sample=0.5))
    assert told["epsilons"] == sorted(told["epsilons"], reverse=True)
    assert answer("federated_promise", "federate")["epsilon"] is None


def test_a_promise_counts_all_trainings_of_the_chain_and_none_where_zeros_tell() -> None:
    one, two = "federate:clients=4,rounds=5,dp=1", "federate:clients=4,rounds=10,dp=1"
    twice = answer("federated_promise", one, one)
    assert twice["epsilon"] == pytest.approx(answer("federated_promise", two)["epsilon"])
    assert twice["trainings"] == 2
    pruned = answer("federated_promise", "prune:sparsity=0.5", one)
    assert pruned["by_zeros"] and pruned["epsilon"] is None


ONE, OTHER, PLAIN = (Federate(clients=4, rounds=1, dp=dp) for dp in (1.0, 2.0, 0.0))
ZEROS = parse_step("prune:sparsity=0.5")


@pytest.mark.parametrize(
    "steps",
    [
        [ONE],
        [ONE, OTHER],
        [ONE, PLAIN, OTHER],
        [ZEROS, ONE, OTHER],
        [ONE, ZEROS, OTHER],
        [ONE, PLAIN],
    ],
)
def test_the_panel_promises_what_the_trainings_promise(steps: list[Step]) -> None:
    made, context = original(), StepContext(made_up().inputs[:8], 0, Training(made_up))
    for step in steps:
        made = technique(step)(made, step, context)
    assert answer("federated_promise", *map(format_step, steps))["epsilon"] == made.epsilon
