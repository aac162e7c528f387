"""A sweep's samplers: the grid's keys stay, a random sample is seeded, has no repeats and stays in the grid."""

from __future__ import annotations

import pytest

from compression.errors import UsageError
from compression.recipe import Recipe
from compression.recipe.sampler import MAX_RECIPES
from compression.recipe.sweep import Sweep
from compression.techniques import TECHNIQUES

MODEL = "fashion-mnist/lenet5"
STEPS = ("prune:sparsity=0.2..0.8,score=..", "quantize:format=..,bits=2..8,per=..")


def drawn(*steps: str, **options: object) -> list[str]:
    return [r.key for r in Sweep.parse(MODEL, steps, sampler="random", **options).recipes()]


def test_grids_have_the_keys_they_had_before_there_were_samplers() -> None:
    grids = [
        Sweep.parse(MODEL, ["quantize:bits=2..8"]),
        Sweep.parse(
            MODEL,
            ["prune:sparsity=0|0.5|0.9", "quantize:bits=2..8,per=channel|tensor"],
            points=3,
            seed=7,
        ),
        Sweep.parse("digits/cnn", ["distill:temperature=1|2|4"], seeds=(0, 1, 2)),
        Sweep.of_knob(
            Recipe.build(MODEL, ["prune:sparsity=0.3", "quantize:bits=4,per=tensor"], seed=3),
            0,
            "sparsity",
            points=50,
        ),
    ]
    assert [(grid.key, len(grid)) for grid in grids] == [
        ("9ba0f56bc223f44c", 7),
        ("b1dc807d81fdc9a4", 18),
        ("2ccc18d5f632eece", 9),
        ("bd016776bb6c8491", 50),
    ]


def test_a_grid_that_was_stored_before_there_were_samplers_is_still_known() -> None:
    stored = (
        f'{{"model":"{MODEL}","steps":["quantize:bits=2..8"],"seed":0,"points":null,"seeds":[]}}'
    )
    assert Sweep.model_validate_json(stored).key == "9ba0f56bc223f44c"


def test_a_sample_is_part_of_the_grid_and_has_no_repeats() -> None:
    sample = drawn(*STEPS, points=100)
    grid = {recipe.key for recipe in Sweep.parse(MODEL, STEPS).recipes()}
    assert len(sample) == len(set(sample)) == 100 < len(grid)
    assert grid.issuperset(sample)


def test_the_seed_alone_decides_what_is_drawn() -> None:
    settings = [
        [recipe.steps for recipe in Sweep.parse(MODEL, STEPS, points=20, seed=seed, sampler="random").recipes()]
        for seed in (3, 3, 4)
    ]  # fmt: skip
    assert settings[0] == settings[1]
    assert len(set(settings[0]) & set(settings[2])) < 10


def test_a_sample_is_the_same_on_every_machine() -> None:
    """By hand: Python draws 0.844, 0.758, 0.421, 0.259; the last one left takes the place of the one that goes."""
    sample = Sweep.parse(MODEL, ["quantize:bits=2..8"], points=4, sampler="random")
    assert [recipe.steps[0].bits for recipe in sample.recipes()] == [7, 6, 4, 3]
    assert sample.key == "75af4c7cffa11577"


def test_more_points_add_to_those_drawn_with_fewer() -> None:
    assert drawn(*STEPS, points=30)[:10] == drawn(*STEPS, points=10)


def test_all_there_are_can_be_drawn_each_about_as_often_in_front() -> None:
    grid = Sweep.parse(MODEL, ["quantize:bits=2..8"]).recipes()
    assert sorted(drawn("quantize:bits=2..8", points=7)) == sorted(r.key for r in grid)
    first = [
        Sweep.parse(MODEL, ["quantize:bits=2..8"], points=1, seed=seed, sampler="random").recipes()
        for seed in range(700)
    ]
    counts = [sum(recipe.steps == one[0].steps for one in first) for recipe in grid]
    assert min(counts) > 60
    assert max(counts) < 140


def test_each_setting_that_is_drawn_comes_with_every_seed() -> None:
    sweep = Sweep.parse(MODEL, STEPS, points=6, seeds=(5, 8), sampler="random")
    recipes = sweep.recipes()
    assert len(sweep) == len(recipes) == 12
    assert [recipe.seed for recipe in recipes] == [5, 8] * 6
    assert len({recipe.steps for recipe in recipes}) == 6


def test_a_range_gives_the_positions_of_the_knobs_slider_whatever_its_ends() -> None:
    every = {i * 0.02 for i in range(50)}
    sample = Sweep.parse(MODEL, ["prune:sparsity=0.11..0.9"], points=40, sampler="random")
    values = [recipe.steps[0].sparsity for recipe in sample.recipes()]
    assert all(min(abs(value - one) for one in every) < 1e-9 for value in values)
    assert (len(set(values)), min(values), max(values)) == (40, 0.12, 0.9)


def test_a_sample_of_an_astronomical_grid_is_drawn_at_once() -> None:
    steps = [
        f"{technique}:" + ",".join(f"{k.name}=.." for k in step.knobs() if not k.is_text)
        for technique, step in TECHNIQUES.items()
    ]
    recipes = Sweep.parse(MODEL, steps, points=50, sampler="random").recipes()
    assert len({recipe.key for recipe in recipes}) == 50


def test_settings_whose_knobs_dont_go_together_are_passed_over() -> None:
    """Floats have at most 16 bits, so that the whole grid is refused."""
    step = "quantize:format=float,exponent=..,mantissa=.."
    with pytest.raises(UsageError, match="at most 15 together"):
        Sweep.parse(MODEL, [step])
    recipes = Sweep.parse(MODEL, [step], points=82, sampler="random").recipes()
    assert len({recipe.key for recipe in recipes}) == 82
    assert max(recipe.steps[0].float_bits for recipe in recipes) == 16


def test_equal_random_sweeps_have_equal_keys_and_others_do_not() -> None:
    def key(step: str, **options: object) -> str:
        return Sweep.parse(MODEL, [step], **{"sampler": "random", "points": 3, **options}).key

    assert key("quantize:bits=2..4") == key("quantize:bits=2|3|4,per=channel")
    others = [
        key("quantize:bits=2..4"),
        key("quantize:bits=2..4", points=2),
        key("quantize:bits=2..4", seed=1),
        key("quantize:bits=2..4", sampler="grid"),
        key("quantize:bits=2..5"),
    ]
    assert len(set(others)) == 5


def test_a_random_sweep_survives_json() -> None:
    sweep = Sweep.parse(MODEL, STEPS, points=9, sampler="random")
    again = Sweep.model_validate_json(sweep.model_dump_json())
    assert (again, again.key, again.recipes()) == (sweep, sweep.key, sweep.recipes())


@pytest.mark.parametrize("sampler", ["grid", "random"])
def test_a_sampler_asks_for_as_many_as_it_says_and_then_is_over(sampler: str) -> None:
    sweep = Sweep.parse(MODEL, ["quantize:bits=2..8"], points=5, sampler=sampler)
    asked = sweep.new_sampler()
    recipes = asked.ask()
    asked.tell(())
    assert len(recipes) == len(asked) == len(sweep) == 5
    assert asked.ask() == ()


@pytest.mark.parametrize(
    ("step", "options", "reason"),
    [
        ("quantize:bits=2..8", {"points": 8}, "there are only 7: give at most 7"),
        ("quantize:bits=2..8", {}, "as in --points 50"),
        ("quantize:bits=2..8", {"points": 0}, "A sweep of 0 points can't be"),
        ("quantize:bits=2..8", {"points": MAX_RECIPES + 1}, "less than or equal to 10000"),
        ("quantize:images=..", {"points": 6000, "seeds": (1, 2)}, "12,000 recipes, more than"),
        ("quantize:bits=2..8", {"points": 2, "sampler": "randm"}, "did you mean random"),
        ("quantize:per=row|tensor", {"points": 1}, "one of channel, tensor"),
        ("quantize:exponent=..", {"points": 1}, "only counts with format=float"),
        ("prune:sparsity=0.501..0.509", {"points": 1}, "holds no value"),
        ("prune:pattern=2:4,repair=gradual", {"points": 1}, "choose pattern=free"),
    ],
)
def test_a_random_sweep_that_cant_be_is_refused_in_one_sentence(
    step: str, options: dict[str, object], reason: str
) -> None:
    with pytest.raises(UsageError) as error:
        Sweep.parse(MODEL, [step], **{"sampler": "random", **options})
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
