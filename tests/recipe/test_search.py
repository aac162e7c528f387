"""Searches over chains: against all recipes of small spaces, after kills at any moment, with recipes that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compression.errors import UsageError
from compression.recipe import Recipe, proposals
from compression.recipe.axes import Axes
from compression.recipe.goal import Goal, Limit, Objective
from compression.recipe.samplers import SEARCHES
from compression.recipe.sweep import Sweep

MODEL = "digits/mlp"
GOAL = Goal(
    objectives=(Objective(metric="loss", better="lower"), Objective(metric="size", better="lower"))
)
CHAIN = ("prune:sparsity=0|0.2|0.4|0.6|0.8", "quantize:bits=2..8,method=nearest|mse|refit")
FINE = ("prune:sparsity=..0.9", CHAIN[1])
CONDITIONAL = ("quantize:format=int|float,bits=2|4,exponent=4|8,mantissa=2|10",)
"""Bits count with int alone, exponent and mantissa with float; 8 and 10 don't go together."""

FEW_POINTS = [("nsga2", 80), ("tpe", 50), pytest.param("gp", 22, marks=pytest.mark.slow)]
"""A Gaussian process learns the most from each, and thinks longest."""

searches = pytest.mark.parametrize("sampler", SEARCHES)


@dataclass(frozen=True)
class Made:
    """A point of figures that follow from the recipe."""

    recipe: Recipe

    def value(self, metric: str) -> float | None:
        *before, last = self.recipe.steps
        sparsity = before[0].sparsity if before else 0.0
        size = (1 - sparsity) * last.bits
        method = {"nearest": 2.0, "mse": 1.5}.get(last.method, 1.0)
        loss = sparsity**3 + method * 2.0**-last.bits
        return {"loss": loss, "size": size}.get(metric)


def a_search(
    sampler: str, points: int, *, steps: Iterable[str] = CHAIN, goal: Goal = GOAL, seed: int = 0
) -> Sweep:
    return Sweep.parse(MODEL, list(steps), points=points, seed=seed, sampler=sampler, goal=goal)


def carried_out(
    sweep: Sweep,
    store: dict[str, Made],
    *,
    left: int | None = None,
    fails: Callable[[Recipe], bool] = lambda recipe: False,
) -> tuple[list[str], int]:
    """All that was asked for, in order, and how many had to be measured; killed when none is ``left`` to measure."""
    sampler, asked, measured = sweep.new_sampler(), list[str](), 0
    while recipes := sampler.ask():
        for recipe in recipes:
            asked.append(recipe.key)
            if recipe.key in store:
                continue
            if measured == left:
                return asked, measured
            measured += 1
            if not fails(recipe):
                store[recipe.key] = Made(recipe)
        sampler.tell(store[recipe.key] for recipe in recipes if recipe.key in store)
    return asked, measured


@pytest.mark.parametrize("sampler", ["nsga2", "tpe"])
def test_a_search_with_points_for_all_there_are_measures_each_once(sampler: str) -> None:
    grid = [r.key for r in Sweep.parse(MODEL, [*CHAIN[:1], "quantize:bits=2|4|8"]).recipes()]
    steps = [*CHAIN[:1], "quantize:bits=2|4|8"]
    asked, _ = carried_out(a_search(sampler, len(grid), steps=steps), {})
    assert sorted(asked) == sorted(grid)


@searches
def test_knobs_without_effect_make_no_second_setting_and_those_that_clash_are_passed_over(
    sampler: str,
) -> None:
    """By hand: 2 settings of int, and 3 of the 4 of float."""
    store: dict[str, Made] = {}
    asked, _ = carried_out(a_search(sampler, 6, steps=CONDITIONAL), store)
    assert len(asked) == len(set(asked)) == 5
    steps = [made.recipe.steps[0] for made in store.values()]
    assert sorted(s.bits for s in steps if s.format == "int") == [2, 4]
    assert {(s.exponent, s.mantissa) for s in steps if s.format == "float"} == {
        (4, 2),
        (4, 10),
        (8, 2),
    }


def kept_share(made: Iterable[Made], limit: Limit) -> float:
    kept = [limit.excess(one.value(limit.metric)) <= 0 for one in made]
    return sum(kept) / len(kept)


@pytest.mark.parametrize(("sampler", "points"), FEW_POINTS)
def test_a_search_finds_more_of_the_front_than_it_would_by_chance(
    sampler: str, points: int
) -> None:
    """The front of all 966 recipes is counted here; so many drawn would hold their share of it."""
    every = [Made(recipe) for recipe in Sweep.parse(MODEL, FINE).recipes()]
    costs = {made.recipe.steps: GOAL.costs(made) for made in every}
    front = {
        steps
        for steps, (loss, size) in costs.items()
        if not any((a <= loss and b <= size and (a, b) != (loss, size)) for a, b in costs.values())
    }
    store: dict[str, Made] = {}
    for seed in range(2):
        carried_out(a_search(sampler, points, steps=FINE, seed=seed), store)
    found = [made.recipe.seed for made in store.values() if made.recipe.steps in front]
    assert len(found) / 2 > 1.5 * len(front) * points / len(every)


@pytest.mark.parametrize(("sampler", "points"), FEW_POINTS)
def test_a_search_goes_where_its_limits_are_kept(sampler: str, points: int) -> None:
    limit = Limit(metric="size", better="lower", bound=1.0)
    goal = Goal(objectives=GOAL.objectives, limits=(limit,))
    chance = kept_share(map(Made, Sweep.parse(MODEL, FINE).recipes()), limit)
    store: dict[str, Made] = {}
    asked, _ = carried_out(a_search(sampler, points, steps=FINE, goal=goal), store)
    assert kept_share([store[key] for key in asked[points // 2 :]], limit) > 1.5 * chance


@given(left=st.integers(0, 23), seed=st.integers(0, 5), sampler=st.sampled_from(["nsga2", "tpe"]))
@settings(max_examples=20, deadline=None)
def test_a_search_killed_at_any_trial_makes_the_same_ones_and_none_twice(
    left: int, seed: int, sampler: str
) -> None:
    sweep = a_search(sampler, 24, seed=seed)
    whole, _ = carried_out(sweep, {})
    store: dict[str, Made] = {}
    _, before = carried_out(sweep, store, left=left)
    again, after = carried_out(Sweep.model_validate_json(sweep.model_dump_json()), store)
    assert again == whole
    assert len(whole) == len(set(whole)) == before + after == 24


def test_a_gaussian_process_that_was_killed_goes_on_the_same() -> None:
    sweep = a_search("gp", 14)
    whole, _ = carried_out(sweep, {})
    store: dict[str, Made] = {}
    _, before = carried_out(sweep, store, left=12)
    again, after = carried_out(sweep, store)
    assert (again, before + after) == (whole, 14)


@searches
def test_recipes_that_fail_count_as_points_and_are_not_asked_for_again(sampler: str) -> None:
    store: dict[str, Made] = {}
    asked, measured = carried_out(
        a_search(sampler, 24), store, fails=lambda recipe: recipe.steps[-1].method == "mse"
    )
    assert len(asked) == len(set(asked)) == measured == 24
    assert 0 < len(store) < 24


def test_a_search_where_all_fails_ends_with_its_points() -> None:
    asked, measured = carried_out(a_search("tpe", 30), {}, fails=lambda recipe: True)
    assert len(set(asked)) == measured == 30


def test_points_that_are_known_are_begun_with_and_not_asked_for() -> None:
    known = [Made(recipe) for recipe in Sweep.parse(MODEL, CHAIN).recipes()[::4]]
    elsewhere = Made(Recipe.build(MODEL, ["prune:sparsity=0.3", "quantize:bits=4"]))
    other = Made(Recipe.build(MODEL, ["quantize:bits=4"]))
    questions: list[proposals.Question] = []

    def answer(question: str) -> str:
        questions.append(proposals.Question.model_validate_json(question))
        return proposals.propose(question)

    sampler = a_search("tpe", 4).new_sampler(answer)
    sampler.tell([*known, elsewhere, other])
    asked = sampler.ask()
    assert len(questions[0].told) == len(known)
    assert {recipe.key for recipe in asked}.isdisjoint(made.recipe.key for made in known)


def test_each_setting_with_several_seeds_is_told_once_where_none_of_them_failed() -> None:
    questions: list[proposals.Question] = []

    def answer(question: str) -> str:
        questions.append(proposals.Question.model_validate_json(question))
        return "[]"

    sweep = Sweep.parse(MODEL, CHAIN, points=13, seeds=(1, 2), sampler="tpe", goal=GOAL)
    sampler = sweep.new_sampler(answer)
    first = sampler.ask()
    assert (len(first), len(sweep), first[0].steps) == (20, 26, first[1].steps)
    sampler.tell(Made(recipe) for recipe in first[:-1])
    (last, _) = sampler.ask()
    sampler.tell([Made(last), Made(last.model_copy(update={"seed": 2}))])
    sampler.ask()
    assert [told.is_known for told in questions[0].told] == [True] * 9 + [False, True]


def test_a_place_and_its_recipe_name_each_other() -> None:
    for steps in (CHAIN, CONDITIONAL):
        axes = Axes(a_search("tpe", 4, steps=steps)._space)
        for number in range(6):
            try:
                (recipe,) = a_search("tpe", 4, steps=steps)._space.setting(number)
            except UsageError:
                continue
            place = axes.place(recipe)
            assert place is not None
            assert axes.recipes(place) == (recipe,)


def test_searches_that_differ_in_goal_or_seed_have_keys_of_their_own() -> None:
    limited = Goal(
        objectives=GOAL.objectives, limits=(Limit(metric="size", better="lower", bound=1),)
    )
    keys = [
        a_search("tpe", 8).key,
        a_search("gp", 8).key,
        a_search("tpe", 9).key,
        a_search("tpe", 8, seed=1).key,
        a_search("tpe", 8, goal=limited).key,
    ]
    assert len(set(keys)) == 5
    begun = a_search("tpe", 8).model_copy(update={"known": ("0" * 16,)})
    assert Sweep.model_validate_json(begun.model_dump_json()).key == keys[0]
