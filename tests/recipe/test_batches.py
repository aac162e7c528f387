"""Which recipes are trained in one run, and in what order a sweep asks for them."""

from __future__ import annotations

from compression.engine.sweep_plan import SweepPlan
from compression.recipe import Recipe
from compression.recipe.batches import MOST, batches, up_to_training
from compression.recipe.sweep import Sweep

MODEL = "digits/cnn"


def recipes(*steps: str, seeds: tuple[int, ...] = (0,)) -> tuple[Recipe, ...]:
    return Sweep.parse(MODEL, steps, seeds=seeds).recipes()


def test_students_that_differ_in_temperature_weight_and_seed_are_trained_together() -> None:
    asked = recipes("distill:temperature=1|4,alpha=0.5|0.9", seeds=(0, 1))
    assert [len(group) for group in batches(asked)] == [8]


def test_what_follows_the_training_makes_no_difference() -> None:
    asked = recipes("distill:temperature=1|4", "quantize:bits=2|4")
    assert [len(group) for group in batches(asked)] == [4]
    assert {up_to_training(recipe).steps[-1].technique for recipe in asked} == {"distill"}


def test_other_students_labels_and_lengths_are_trained_apart() -> None:
    asked = recipes("distill:student=cnn-w4|cnn-w8,epochs=1|2,labelled=0.1|0.2,temperature=1|2")
    assert sorted(len(group) for group in batches(asked)) == [2] * 8


def test_controls_are_trained_together_over_seeds_and_apart_from_the_taught() -> None:
    asked = recipes("distill:method=response|labels", seeds=(0, 1, 2))
    assert [len(group) for group in batches(asked)] == [3, 3]


def test_what_is_not_trained_or_stands_alone_is_in_no_group() -> None:
    assert batches(recipes("prune:sparsity=0.5|0.9")) == []
    assert batches(recipes("distill")) == []
    assert batches(recipes("distill:student=previous,temperature=1|2")) == []


def test_groups_are_shared_out_and_bounded() -> None:
    asked = recipes("distill:temperature=1|2|4|8", seeds=tuple(range(8)))
    assert max(len(group) for group in batches(asked)) <= MOST
    shared = batches(asked, runs=4)
    assert [len(group) for group in shared] == [8] * 4
    assert {recipe.key for group in shared for recipe in group} == {r.key for r in asked}


def test_a_sweep_asks_for_the_first_of_a_group_and_then_for_the_others() -> None:
    asked = recipes("distill:temperature=1|2|4")
    plan = SweepPlan(asked, 1)
    first, together = plan.next()
    assert set(together) == set(asked)
    assert not plan
    plan.finished(first)
    rest = [plan.next() for _ in range(2)]
    assert {recipe.key for recipe, _ in rest} == {r.key for r in asked} - {first.key}
    assert all(set(group) == set(asked) for _, group in rest)
    plan.finished(rest[0][0])
    assert not plan
