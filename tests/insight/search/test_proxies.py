"""Proxies that train nothing, against what they are by hand on networks of a few weights."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from compression.errors import UsageError
from compression.insight.search.architecture import as_new, member
from compression.insight.search.proxies import JITTER, naswot, search_proxies, synflow
from compression.recipe import Recipe, shaping
from compression.subjects import look_up

MODEL = "digits/mlp"


def test_synflow_of_two_layers_is_their_paths_counted_for_each_layer() -> None:
    network = nn.Sequential(nn.Linear(3, 2, bias=False), nn.ReLU(), nn.Linear(2, 1, bias=False))
    first, second = (layer.weight.detach().abs().double() for layer in (network[0], network[2]))
    paths = float((second @ first).sum())
    assert synflow(network, (3,)) == pytest.approx(math.log10(2 * paths))


def test_naswot_is_the_determinant_of_how_many_rectifiers_inputs_share() -> None:
    network = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU())
    with torch.no_grad():
        network[0].weight.copy_(torch.eye(2))
    inputs = torch.tensor([[1.0, 1.0], [1.0, -1.0]])  # codes 11 and 10: one of two is shared
    whole, shared = 2 + JITTER, 1.0
    assert naswot(network, inputs) == pytest.approx(math.log(whole**2 - shared**2))
    assert naswot(nn.Linear(2, 2), inputs) is None


def test_a_new_network_has_the_shapes_and_none_of_the_weights() -> None:
    trained = member(look_up(MODEL), Recipe.build(MODEL, ["prune-channels:ratio=0.5"]))
    new = as_new(trained, 3)
    pairs = list(zip(trained.parameters(), new.parameters(), strict=True))
    assert all(one.shape == other.shape for one, other in pairs)
    assert not any(torch.equal(one, other) for one, other in pairs if one.dim() > 1)
    again = as_new(trained, 3)
    assert all(torch.equal(a, b) for a, b in zip(new.parameters(), again.parameters(), strict=True))


def test_recipes_of_one_architecture_share_its_scores_and_wider_ones_score_more() -> None:
    steps = (
        ["quantize:bits=2"],
        ["prune-channels:ratio=0.7"],
        ["prune-channels:ratio=0.7", "quantize:bits=4"],
    )
    recipes = [Recipe.build(MODEL, each) for each in steps]
    wide, narrow, same = search_proxies(
        look_up(MODEL), [r.model_dump(mode="json") for r in recipes]
    )
    assert narrow == same and wide["architecture"] != narrow["architecture"]
    assert wide["synflow"] > narrow["synflow"] and wide["naswot"] > narrow["naswot"]
    assert shaping(recipes[0]).steps == ()


def test_students_are_architectures_and_built_without_training() -> None:
    steps = (
        ["distill:student=mlp-w4,epochs=3"],
        ["prune", "distill:student=mlp-w4,temperature=4", "quantize:bits=4"],
        ["distill:student=mlp-w16"],
    )
    recipes = [Recipe.build(MODEL, each) for each in steps]
    one, same, wider = search_proxies(look_up(MODEL), [r.model_dump(mode="json") for r in recipes])
    assert one == same and wider["architecture"] != one["architecture"]
    assert wider["synflow"] > one["synflow"]
    narrowed = Recipe.build(MODEL, ["distill:student=mlp-w16", "prune-channels:ratio=0.5"])
    network = member(look_up(MODEL), shaping(narrowed))
    assert sorted(
        layer.weight.shape for layer in network.modules() if isinstance(layer, nn.Linear)
    ) == [(8, 64), (10, 8)]


@pytest.mark.parametrize("steps", [["distill:student=self"], ["distill:student=previous"]])
def test_the_model_s_own_architecture_is_no_other(steps: list[str]) -> None:
    assert shaping(Recipe.build(MODEL, steps)).steps == ()


def test_more_architectures_than_a_worker_should_be_held_with_are_refused() -> None:
    with pytest.raises(UsageError, match="64 at most"):
        search_proxies(look_up(MODEL), [{}] * 65)
