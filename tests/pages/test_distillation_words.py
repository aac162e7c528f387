"""What the distillation page says: of a gain and its spread, before training, of a model's lineage."""

from __future__ import annotations

import math

import pytest

from compression.measure.accuracy import accuracy_measurement
from compression.models.catalogue import MODELS
from compression.point import Environment, Measurement, Point
from compression.recipe import Recipe
from pages.parts.data import Known
from pages.parts.panels.distillation.before_training import doubt, promise
from pages.parts.panels.distillation.gain import SeedPair, describe, gain, missing, seed_pairs
from pages.parts.panels.distillation.temperature_surface import describe as describe_surface
from pages.parts.panels.distillation.temperature_surface import surface
from pages.parts.shell.lineage import stages
from pages.parts.shell.mean_interval import mean_interval

MODEL = "digits/cnn"


def a_point(*steps: str, accuracy: float, seed: int = 0, model: str = MODEL) -> Point:
    figures = {"accuracy": accuracy, "size_bytes": 6880.0}
    return Point(
        recipe=Recipe.build(model, steps, seed),
        measurements={
            name: Measurement(value=value, unit="", how="measured", n=10_000)
            for name, value in figures.items()
        },
        environment=Environment(machine="made up", cores=1, threads=1, python="3"),
    )


def known(*points: Point) -> Known:
    by_key = {point.key: point for point in points}
    return Known("1", points, by_key, by_key.get(Recipe(model=MODEL).key))


def test_the_interval_of_a_mean_is_students() -> None:
    """Student's own table: t(2) = 4.303; three values 1, 2, 3 have a standard deviation of 1."""
    found = mean_interval([1.0, 2.0, 3.0])
    assert (found.mean, found.deviation) == (2, 1)
    assert (found.high or 0) - 2 == pytest.approx(4.303 / math.sqrt(3), abs=1e-3)


def test_the_interval_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    values = [81.2, 82.9, 80.7, 83.3, 82.0]
    expected = stats.t.interval(0.95, 4, stats.tmean(values), stats.sem(values))
    found = mean_interval(values)
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-3)


def pairs(*percents: tuple[float, float], n: int = 10_000) -> list[SeedPair]:
    """Seeds with a teacher and without, each accuracy counted on n examples."""
    return [
        SeedPair(seed, *(accuracy_measurement(round(p * n / 100), n) for p in pair))
        for seed, pair in enumerate(percents)
    ]


@pytest.mark.parametrize(
    ("taught", "n", "said"),
    [
        (76.2, 10_000, "No difference for one seed that 10,000 examples can show"),
        (90.0, 10_000, "14.0 points more for one seed"),
        (62.0, 10_000, "14.0 points less for one seed"),
        (90.0, 20, "No difference for one seed that 20 examples can show"),
    ],
)
def test_one_seed_promises_nothing_of_another(taught: float, n: int, said: str) -> None:
    found = describe(pairs((taught, 76.0), n=n))
    assert said in found and "chance" not in found and "train" in found


def test_a_large_gain_with_every_seed_is_not_called_chance() -> None:
    """Its t interval holds zero, for three seeds are few; but each of the three models is better."""
    said = describe(pairs((85.0, 80.0), (86.0, 65.0), (84.0, 68.0)))
    assert "14 points more on average, and more with each of the 3 seeds" in said
    assert "95 % interval −6 to +34" in said and "No difference" not in said


def test_seeds_that_agree_are_no_surer_than_their_examples() -> None:
    """Three seeds 0.4 points apart each: their spread is nothing, but 10,000 examples can't show so little."""
    found = pairs((80.4, 80.0), (80.4, 80.0), (80.4, 80.0))
    assert "No difference that 3 seeds and 10,000 examples can show" in describe(found)
    difference = gain(found)
    assert difference is not None and (difference.high or 0) - difference.mean == pytest.approx(
        1.1, abs=0.05
    )


def test_a_gain_within_the_spread_is_not_called_one() -> None:
    said = describe(pairs((82.0, 81.0), (80.0, 81.5), (81.5, 80.0)))
    assert "No difference that 3 seeds" in said
    assert "worth" not in said


def test_a_clear_gain_is_said_with_its_interval() -> None:
    found = pairs((82.0, 76.0), (81.5, 75.0), (82.2, 76.1))
    difference = gain(found)
    assert difference is not None and difference.mean == pytest.approx((6 + 6.5 + 6.1) / 3)
    said = describe(found)
    assert "The teacher is worth 6.2 points here" in said
    assert "95 % interval" in said and "3 seeds" in said


def test_a_teacher_that_harms_is_said_to_cost() -> None:
    assert "costs 5.0 points" in describe(pairs((71.0, 76.0), (72.0, 77.0), (73.0, 78.0)))


def test_each_seed_is_compared_with_its_own_control() -> None:
    recipe = Recipe.build(MODEL, ["distill:temperature=4"])
    assert recipe.key  # remembered: a copy must not inherit it
    points = [
        a_point("distill:temperature=4", accuracy=0.9, seed=1),
        a_point("distill:method=labels", accuracy=0.8, seed=1),
        a_point("distill:method=labels", accuracy=0.7, seed=2),
    ]
    by_key = known(*points).by_key
    found = seed_pairs(recipe, by_key)
    assert [pair.seed for pair in found] == [0, 1, 2]
    values = [[m and m.value for m in (pair.taught, pair.alone)] for pair in found]
    assert values == [[None, None], [0.9, 0.8], [None, 0.7]]
    assert [r.seed for r in missing(recipe, by_key)] == [0, 0, 2]


def test_a_surface_is_the_mean_over_seeds_of_what_differs_in_two_knobs_alone() -> None:
    recipe = Recipe.build(MODEL, ["distill"])
    points = [
        a_point("distill:temperature=4,alpha=0.9", accuracy=0.80, seed=0),
        a_point("distill:temperature=4,alpha=0.9", accuracy=0.82, seed=1),
        a_point("distill:temperature=3", accuracy=0.7),
        a_point("distill:temperature=4,labelled=0.5", accuracy=0.99),
        a_point("distill:method=labels", accuracy=0.6),
        a_point("distill:temperature=4,alpha=0.9", "prune:sparsity=0.5", accuracy=0.1),
    ]
    found = surface(recipe, points)
    assert dict(found.cells) == {(0.9, 4.0): (pytest.approx(81), 2), (0.5, 3.0): (70.0, 1)}
    assert found.temperatures == (1, 2, 3, 4, 8, 16)
    said = describe_surface(found, [75.0])
    assert "From 70.0 to 81.0 %, highest at T = 4" in said
    assert "1 of these 2 settings" in said
    assert "less than 1.1 points apart can't be told apart by 10,000 examples" in said


def test_before_training_the_student_is_said_to_be_smaller() -> None:
    said = promise(Recipe.build("fashion-mnist/resnet8", ["distill:student=cnn-w4"]))
    assert "1,702 parameters, 46x fewer than ResNet-8" in said
    same = promise(Recipe.build(MODEL, ["distill:student=self"]))
    assert f"{MODELS[MODEL].parameters:,} parameters, as many as" in same


def test_a_teacher_worse_than_its_students_is_doubted() -> None:
    recipe = Recipe.build(MODEL, ["distill:temperature=4"])
    better = a_point("distill:method=labels", accuracy=0.97)
    assert "little to teach" in doubt(recipe, known(a_point(accuracy=0.95), better))
    assert doubt(recipe, known(a_point(accuracy=0.99), better)) == ""
    control = Recipe.build(MODEL, ["distill:method=labels"])
    assert doubt(control, known(a_point(accuracy=0.95), better)) == ""


def test_a_lineage_has_a_stage_for_the_teacher_and_for_each_step() -> None:
    steps = ("distill:temperature=4", "prune:sparsity=0.5", "quantize:bits=4")
    points = known(a_point(accuracy=0.991), a_point(*steps[:1], accuracy=0.92))
    found = stages(Recipe.build(MODEL, steps), points)
    assert found[0].label == MODELS[MODEL].title
    assert [stage.figures for stage in found] == [
        "99.1 %, 6.88 kB", "92.0 %, 6.88 kB", "not measured", "not measured",
    ]  # fmt: skip
