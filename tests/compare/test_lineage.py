"""The tree of recipes, the effects of chains and the orders of steps, by hand."""

from __future__ import annotations

import pytest

from compression.compare.chains import chain_effect, chain_effects
from compression.compare.orders import orders
from compression.compare.tree import path_to, tree
from compression.errors import UsageError
from compression.point import Point
from compression.recipe import Recipe
from tests.measured import a_measured

MODEL = "digits/mlp"
SHARP = 0.001


def figures(*steps: str, accuracy: float, size: float, spread: float = SHARP) -> Point:
    return a_measured(*steps, accuracy=accuracy, size_bytes=size, spread=spread)


ORIGINAL = figures(accuracy=0.98, size=1000)
ZEROS = figures("prune:sparsity=0.5", accuracy=0.97, size=500)
BITS = figures("quantize:bits=4", accuracy=0.96, size=250)
BOTH = figures("prune:sparsity=0.5", "quantize:bits=4", accuracy=0.90, size=200)
ALL = (ORIGINAL, ZEROS, BITS, BOTH)


def by_key(*points: Point) -> dict[str, Point]:
    return {point.key: point for point in points}


def test_losses_add_and_sizes_multiply() -> None:
    effect = chain_effect(BOTH, by_key(*ALL), ORIGINAL)
    assert effect is not None
    assert effect.predicted_loss == pytest.approx(0.03) and effect.loss == pytest.approx(0.08)
    assert effect.predicted_size == pytest.approx(0.125) and effect.size == pytest.approx(0.2)
    assert effect.interaction == "hurts more"


def test_what_the_error_leaves_open_adds_up() -> None:
    wide = figures("prune:sparsity=0.5", "quantize:bits=4", accuracy=0.94, size=200, spread=0.04)
    effect = chain_effect(wide, by_key(*ALL), ORIGINAL)
    assert effect is not None and effect.interaction == "adds up"


def test_a_chain_with_an_unknown_step_is_left_out() -> None:
    assert chain_effects(ALL, by_key(ORIGINAL, ZEROS, BOTH), ORIGINAL) == ()


def test_the_tree_has_models_that_only_led_to_others() -> None:
    nodes = tree(MODEL, [ORIGINAL, BITS, BOTH])
    assert [node.label for node in nodes] == ["original", "50 % zeros", "4 bits", "4 bits"]
    assert [node.depth for node in nodes] == [0, 1, 2, 1]
    assert nodes[1].point is None and nodes[2].point == BOTH
    assert [nodes[at].label for at in path_to(nodes, BOTH.key)] == [
        "original",
        "50 % zeros",
        "4 bits",
    ]


def test_what_is_left_out_of_the_tree_is_counted() -> None:
    nodes = tree(MODEL, ALL, shown=[BOTH.key])
    assert len(nodes) == 3
    assert [node.hidden for node in nodes] == [1, 0, 0]


def test_every_order_is_there_once_and_refusals_say_why() -> None:
    free = orders(Recipe.build(MODEL, ["prune", "quantize:bits=4"]))
    assert [order.refusal for order in free] == ["", ""]
    twice = orders(Recipe.build(MODEL, ["prune", "prune", "quantize"]))
    assert len(twice) == 3
    last = orders(Recipe.build("digits/cnn", ["prune", "slice:exits=on"]))
    assert [bool(order.refusal) for order in last] == [False, True]
    assert "make it the last step" in last[1].refusal


@pytest.mark.parametrize("steps", [["prune"], ["prune"] * 5])
def test_one_step_has_no_order_and_five_have_too_many(steps: list[str]) -> None:
    with pytest.raises(UsageError, match="2 to 4"):
        orders(Recipe.build(MODEL, steps))
