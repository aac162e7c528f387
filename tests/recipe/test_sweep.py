"""A sweep: from text to recipes, and everything that can be wrong with the text."""

from __future__ import annotations

import pytest

from compression.errors import UsageError
from compression.recipe import Recipe
from compression.recipe.sweep import MAX_RECIPES, Sweep, coarse_first
from compression.techniques.quantization.knobs import BITS

MODEL = "fashion-mnist/lenet5"


def values(step: str, **options: int) -> list[object]:
    """The values of the step's first free knob, in order."""
    recipes = Sweep.parse(MODEL, [step], **options).recipes()
    knob = step.partition(":")[2].partition("=")[0]
    return [getattr(recipe.steps[0], knob) for recipe in recipes]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("quantize:bits=2..8", [2, 3, 4, 5, 6, 7, 8]),
        ("quantize:bits=2|4|8", [2, 4, 8]),
        ("quantize:bits=4|4|2", [4, 2]),
        ("quantize:bits=1|1.58|2", [1, 1.58, 2]),
        ("quantize:bits=1.5..9", [1.58, 2, 3, 4, 5, 6, 7, 8]),
        ("quantize:bits=12..", [12, 14, 16]),
        ("quantize:bits=..3", [1, 1.58, 2, 3]),
        ("quantize:bits=..", list(BITS)),
        ("quantize:group=8..64", [8, 16, 32, 64]),
        ("quantize:layers=a=2;b=4|b=8", ["a=2;b=4", "b=8"]),
        ("quantize:per=..", ["channel", "tensor"]),
        ("quantize:bits=5", [5]),
        ("prune:sparsity=0.9..0.98", [0.9, 0.92, 0.94, 0.96, 0.98]),
    ],
)
def test_a_free_knob_takes_these_values(step: str, expected: list[object]) -> None:
    assert values(step) == expected


def test_points_limit_a_range_and_keep_both_ends() -> None:
    assert values("quantize:bits=2..8", points=3) == [2, 5, 8]
    assert values("prune:sparsity=0..0.9", points=4) == [0, 0.3, 0.6, 0.9]


def test_several_free_knobs_are_a_grid() -> None:
    sweep = Sweep.parse(MODEL, ["prune:sparsity=0|0.5", "quantize:bits=2..4,per=tensor"], seed=7)
    asked = [(r.steps[0].sparsity, r.steps[1].bits, r.seed) for r in sweep.recipes()]
    assert asked == [(s, b, 7) for s in (0, 0.5) for b in (2, 3, 4)]
    assert len(sweep) == 6


def test_points_choose_among_listed_values_and_keep_both_ends() -> None:
    assert values("quantize:bits=..", points=4) == [1, 4, 8, 16]


def test_a_knob_without_effect_beside_another_adds_no_recipe() -> None:
    """Bits mean something for integers and codebooks, nothing for floats."""
    sweep = Sweep.parse(MODEL, ["quantize:format=..,bits=2..4"])
    words = [recipe.describe() for recipe in sweep.recipes()]
    assert len(sweep) == len(words) == len({recipe.key for recipe in sweep.recipes()}) == 7
    assert words.count("E4M3 floats") == 1


def test_one_knob_of_a_recipe_is_set_free_and_the_rest_stays() -> None:
    recipe = Recipe.build(MODEL, ["prune:sparsity=0.3", "quantize:bits=4,per=tensor"], seed=3)
    recipes = Sweep.of_knob(recipe, 1, "bits").recipes()
    assert [r.steps[1].bits for r in recipes] == list(BITS)
    assert recipe in recipes


def test_equal_sweeps_have_equal_keys_however_they_are_written() -> None:
    ranged = Sweep.parse(MODEL, ["quantize:bits=2..4"])
    listed = Sweep.parse(MODEL, ["quantize:bits=2|3|4,per=channel"])
    assert ranged.key == listed.key
    assert ranged.key != Sweep.parse(MODEL, ["quantize:bits=2..5"]).key
    assert ranged.key != Sweep.parse(MODEL, ["quantize:bits=2..4"], seed=1).key


def test_a_sweep_survives_json() -> None:
    sweep = Sweep.parse(MODEL, ["quantize:bits=2..4"], points=3)
    again = Sweep.model_validate_json(sweep.model_dump_json())
    assert (again, again.key) == (sweep, sweep.key)


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([], "steps"),
        (["quantise:bits=2..8"], "did you mean quantize"),
        (["quantize:bit=2..8"], "did you mean bits"),
        (["quantize:bits=0..8"], "one of 1, 1.58, 2"),
        (["quantize:bits=8..2"], "lower end first"),
        (["quantize:bits=a..b"], "one of 1, 1.58, 2"),
        (["quantize:bits=2.5"], "one of 1, 1.58, 2"),
        (["quantize:bits=1.6..1.9"], "holds no value"),
        (["quantize:layers=.."], "no range"),
        (["quantize:exponent=.."], "only counts with format=float"),
        (["quantize:format=float,bits=2..4"], "only counts with format=int or codebook"),
        (["quantize:bits=2|"], "a|b|c"),
        (["quantize:per=channel..tensor"], "no range"),
        (["quantize:per=row|tensor"], "one of channel, tensor"),
        (["prune:sparsity=nan..0.9"], "from 0 to 0.98"),
        (["prune:sparsity=.."] * 4, "more than 10,000"),
        (["prune:sparsity=0.5"] * 9, "at most 8"),
    ],
)
def test_a_sweep_that_cant_be_is_refused_in_one_sentence(steps: list[str], reason: str) -> None:
    with pytest.raises(UsageError) as error:
        Sweep.parse(MODEL, steps)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("options", [{"points": 0}, {"points": MAX_RECIPES + 1}, {"seed": -1}])
def test_counts_and_seeds_have_bounds(options: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Sweep.parse(MODEL, ["quantize:bits=2..4"], **options)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(UsageError, match="There is no model"):
        Sweep.parse("fashion-mnist/lenet", ["quantize:bits=2..4"])


@pytest.mark.parametrize("count", [1, 2, 5, 8, 200])
def test_coarse_first_visits_each_once_and_both_halves_early(count: int) -> None:
    order = coarse_first(count)
    assert sorted(order) == list(range(count))
    assert count < 4 or min(order[:2]) < count / 2 <= max(order[:2])
