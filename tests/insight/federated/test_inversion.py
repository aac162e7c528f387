"""Gradient inversion really finds the picture, noise hides it, and a masked message has nothing to find."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from compression import insight
from compression.errors import UsageError
from compression.insight.federated.inversion import Target, gradient, invert, likeness
from compression.recipe import Recipe

MODEL = "digits/mlp"


def leak(**arguments: object) -> dict:
    recipe = Recipe.build(MODEL, ["federate:clients=4,rounds=2"]).model_dump(mode="json")
    return insight.answer("federated_leak", {"model": MODEL, "recipe": recipe, **arguments})


def test_a_client_s_picture_is_found_from_its_update_alone() -> None:
    plain, other = leak(), leak(example=1)
    assert plain["likeness"] > 0.9 and plain["cosine"] > 0.9
    assert other["real"] != plain["real"]
    found, real = (np.array(plain[name], dtype=float).ravel() for name in ("found", "real"))
    assert np.corrcoef(found, real)[0, 1] == pytest.approx(plain["likeness"], abs=0.02)


def test_noise_hides_it_the_better_the_more_and_masks_leave_nothing() -> None:
    plain, faint, strong = leak(), leak(seen="noise", noise=3.0), leak(seen="noise", noise=100.0)
    assert plain["likeness"] > faint["likeness"] > 0.5 > abs(strong["likeness"])
    assert abs(leak(seen="masked")["likeness"]) < 0.5
    assert json.loads(json.dumps(plain)) == plain


def test_the_gradient_of_a_linear_layer_is_the_picture_itself() -> None:
    torch.manual_seed(0)
    network, picture = nn.Sequential(nn.Flatten(), nn.Linear(36, 3)), torch.rand(1, 1, 6, 6)
    label = torch.tensor([1])
    direction = gradient(network, picture, label)
    weights = direction[: 3 * 36].reshape(3, 36)
    assert likeness(weights[0], picture) == pytest.approx(1.0)
    target = Target(network, direction, label, (1, 6, 6), 0.0, 1.0)
    found, cosine = invert(target, torch.Generator().manual_seed(0))
    assert cosine > 0.98 and likeness(found, picture) > 0.85


@pytest.mark.parametrize(
    "wrong", [{"seen": "twice"}, {"noise": -1.0}, {"noise": 1e9}, {"example": -1}]
)
def test_what_can_not_be_seen_is_refused_in_a_sentence(wrong: dict) -> None:
    with pytest.raises(UsageError, match=r"^seen is one of .*\.$"):
        leak(**wrong)


def test_movements_are_not_inverted() -> None:
    recipe = Recipe.build("watch/cnn1d", ["federate:clients=4"]).model_dump(mode="json")
    with pytest.raises(UsageError, match=r"^Only pictures .*\.$"):
        insight.answer("federated_leak", {"model": "watch/cnn1d", "recipe": recipe})
