"""The form of a search: knobs of the whole chain, a goal in words, limits; what can't be is said in its place."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from compression.recipe import Recipe
from compression.recipe.samplers import SAMPLERS
from pages.parts import data
from pages.parts.jobs.search_form import HELP, HOW
from pages.parts.jobs.sweep_plan import freed
from pages.parts.jobs.sweep_words import in_words
from tests.pages.test_sweep_form import Engine, form, said

PRUNED = Recipe.build("digits/mlp", ["prune:sparsity=0.5,score=magnitude", "quantize"])


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(data, "engine", lambda: engine)
    return engine


def choose(test: AppTest, label: str, value: object) -> AppTest:
    (group,) = (p for p in test.get("button_group") if p.proto.label == label)
    return group.set_value(value).run()


def searching(sampler: str) -> AppTest:
    test = choose(form(), "How settings are chosen", sampler)
    assert not test.exception
    return test


def captions(test: AppTest) -> str:
    return "\n".join(caption.value for caption in test.caption)


def test_every_sampler_is_offered_and_explained() -> None:
    assert list(HOW) == list(SAMPLERS)
    assert [*HELP] == list(SAMPLERS)[1:]


def test_knobs_of_several_steps_are_set_free_and_the_others_stay() -> None:
    free = {(0, "sparsity"): (0.2, 0.4), (1, "bits"): (2, 4, 8), (1, "per"): ("channel", "tensor")}
    assert freed(PRUNED, free) == [
        "prune:score=magnitude,sparsity=0.2|0.4",
        "quantize:bits=2|4|8,per=channel|tensor",
    ]
    assert freed(PRUNED, {(0, "sparsity"): (0.2,)})[1] == "quantize"


def test_a_search_says_what_it_looks_for_and_how_long_it_takes(engine: Engine) -> None:
    test = searching("tpe")
    assert "**40 points**, **about " in said(test)
    assert "Looks for validation accuracy against size." in captions(test)
    assert not engine.started


def test_a_search_starts_with_its_goal_limits_and_known_points(engine: Engine) -> None:
    test = searching("nsga2")
    (limit,) = (n for n in test.number_input if n.label.startswith("Size at most"))
    limit.set_value(20.0).run()
    assert "with size at most 20 kB" in captions(test)
    test.button(key="start-sweep").click().run()
    (sweep,) = engine.started
    assert (sweep.sampler, sweep.points, sweep.warm) == ("nsga2", 40, True)
    assert [(bound.metric, bound.bound) for bound in sweep.goal.limits] == [("size_bytes", 20_000)]
    assert in_words(sweep).endswith(
        "; NSGA-II for validation accuracy against size, with size at most 20 kB"
    )


def test_settings_drawn_at_random_have_no_goal(engine: Engine) -> None:
    test = searching("random")
    test.button(key="start-sweep").click().run()
    (sweep,) = engine.started
    assert (sweep.sampler, sweep.goal) == ("random", None)
    assert "Each setting is equally likely" in captions(test)


@pytest.mark.parametrize(
    ("points", "reason"), [(52, "can't be searched among 51"), (1_000_000, "10000")]
)
def test_more_points_than_there_can_be_are_refused_in_place(
    engine: Engine, points: int, reason: str
) -> None:
    test = searching("gp")
    (field,) = (n for n in test.number_input if n.label == "Points")
    field.set_value(points).run()
    assert reason in said(test)
    assert test.button(key="start-sweep").disabled
