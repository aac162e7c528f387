"""A client that learns alone: with all data it is the control itself, with one class it knows that class alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from compression import insight
from compression.errors import UsageError
from compression.insight.federated.asked import first_round
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.federated import federate
from tests.techniques.federated.setting import play

MODEL = "digits/mlp"
STEP = "federate:clients=4,rounds=3"


def answer(client: int, step: str = STEP) -> dict[str, Any]:
    recipe = Recipe.build(MODEL, [step]).model_dump(mode="json")
    return insight.answer("federated_alone", {"model": MODEL, "recipe": recipe, "client": client})


def give(monkeypatch: pytest.MonkeyPatch, *parts: np.ndarray) -> None:
    """Share the training examples out like this."""
    monkeypatch.setattr(federate, "split", lambda *asked: parts)


def test_a_client_with_all_data_reaches_what_the_control_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject, control = look_up(MODEL), Recipe.build(MODEL, [STEP]).control
    central = play(first_round(subject, control), rounds=3).history
    everything = np.arange(len(subject.training_data().labels))
    give(monkeypatch, everything, everything[:0])
    assert answer(0)["validation"] == [each.validation for each in central.rounds]


def test_clients_of_one_class_reach_about_the_share_of_that_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = look_up(MODEL).training_data()
    labels = data.labels.numpy()
    give(monkeypatch, *(np.flatnonzero(labels == label) for label in range(10)))
    for label in (0, 7):
        share = float((data.validation_labels == label).float().mean())
        assert answer(label)["validation"][-1] == pytest.approx(share, abs=0.02)


def test_few_even_data_teach_less_than_all_and_more_than_nothing() -> None:
    told = answer(2, "federate:clients=4,split=iid,rounds=3")
    assert told["client"] == 2 and len(told["validation"]) == 3
    assert 0.3 < told["best"] <= 1 and told["best"] >= max(told["validation"])


@pytest.mark.parametrize(
    ("client", "step", "words"),
    [
        (4, STEP, "choose one of 0, 1, 2, 3"),
        (0, "federate:clients=1,split=iid", "choose 2 or more clients"),
        (0, "prune", "add federate"),
    ],
)
def test_what_can_not_learn_alone_is_refused(client: int, step: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        answer(client, step)
