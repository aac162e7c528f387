"""Searches that can't be, each refused in one sentence."""

from __future__ import annotations

import pytest

from compression.errors import UsageError
from compression.recipe import search
from compression.recipe.sweep import Sweep
from tests.recipe.test_search import CHAIN, GOAL, MODEL, a_search


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"points": None}, "as in --points 80"),
        ({"points": 0}, "A sweep of 0 points can't be"),
        ({"points": 10**6}, "less than or equal to 10000"),
        ({"points": 1001}, "at most 1,000"),
        ({"points": 106}, "106 recipes can't be searched among 105"),
        ({"points": 9, "steps": ["quantize:bits=4"]}, "there is nothing to search"),
        ({"points": 9, "goal": None}, "needs a goal"),
        ({"points": 9, "sampler": "random"}, "take one of nsga2, tpe, gp"),
        ({"points": 9, "sampler": "grid", "goal": None, "warm": True}, "steer a search"),
    ],
)
def test_a_search_that_cant_be_is_refused_in_one_sentence(
    options: dict[str, object], reason: str
) -> None:
    asked = {"steps": CHAIN, "sampler": "tpe", "goal": GOAL, **options}
    with pytest.raises(UsageError, match=reason) as error:
        Sweep.parse(MODEL, asked.pop("steps"), **asked)
    assert "\n" not in str(error.value)


def test_a_search_without_optuna_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "is_installed", lambda: False)
    with pytest.raises(UsageError, match="needs Optuna, which is not installed"):
        a_search("nsga2", 8)
