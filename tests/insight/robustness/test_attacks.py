"""Our attacks against closed forms, and against two libraries' figures on the same model and examples."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import torch
from torch import nn

from compression import insight
from compression.errors import UsageError
from compression.insight.robustness.attacked import _on_original, reach_of
from compression.insight.robustness.attacks import Reach, answered, fgsm, fixed, pgd
from compression.models.compressed import ActivationFormat
from compression.models.rounded_activations import round_activation
from compression.recipe import Recipe
from compression.subjects import look_up

PEERS = list(csv.DictReader(Path(__file__).with_name("peer_attacks.csv").open()))
"""torchattacks 3.5.1 and adversarial-robustness-toolbox 1.20.1 on the weights that ship, 1,000 test examples."""

REACH = Reach(0.1, 0.0, 1.0)


def linear(seed: int = 0, inputs: int = 12, classes: int = 2) -> nn.Linear:
    torch.manual_seed(seed)
    return nn.Linear(inputs, classes)


def margin(layer: nn.Linear, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    logits = layer(inputs).detach()
    rows = torch.arange(len(labels))
    return logits[rows, labels] - logits[rows, 1 - labels]


@pytest.mark.parametrize("attack", [fgsm, pgd])
def test_against_a_linear_model_nothing_does_worse(attack: object) -> None:
    layer, inputs = linear(), torch.full((4, 12), 0.5) + 0.3 * (torch.rand(4, 12) - 0.5)
    labels = torch.tensor([0, 1, 0, 1])
    options = {} if attack is fgsm else {"stop_when_fooled": False}
    with fixed(layer):
        moved = attack(layer, inputs, labels, REACH, **options)  # type: ignore[operator]
    # A linear margin w x falls by at most epsilon |w|_1, where every value goes against its weight.
    weights = (layer.weight[0] - layer.weight[1]).detach()
    worst = margin(layer, inputs, labels) - REACH.epsilon * weights.abs().sum()
    assert margin(layer, moved, labels).tolist() == pytest.approx(worst.tolist(), abs=1e-5)


@pytest.mark.parametrize("attack", [fgsm, pgd])
def test_what_is_moved_stays_within_epsilon_and_between_black_and_white(attack: object) -> None:
    layer, inputs = linear(1), torch.rand(50, 12)
    with fixed(layer):
        moved = attack(layer, inputs, torch.zeros(50, dtype=torch.int64), REACH)  # type: ignore[operator]
    assert float((moved - inputs).abs().max()) <= REACH.epsilon + 1e-6
    assert float(moved.min()) >= 0 and float(moved.max()) <= 1


class Rounding(nn.Module):
    """A linear model behind rounded inputs, whose true gradient is zero almost everywhere."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.layer(round_activation(inputs, ActivationFormat(3, 0.0, 1.0)))


def test_rounding_hides_no_gradient() -> None:
    layer, inputs = linear(2), torch.full((3, 12), 0.5)
    labels = torch.tensor([0, 1, 0])
    with fixed(Rounding(layer)) as module:
        through = fgsm(module, inputs, labels, REACH)
    assert torch.equal(through, fgsm(layer, inputs, labels, REACH))


def test_one_output_is_attacked_as_the_logit_of_class_one() -> None:
    layer, inputs = linear(3, classes=1), torch.full((2, 12), 0.5)
    moved = fgsm(layer, inputs, torch.tensor([1, 0]), REACH)
    one, zero = (layer(moved) - layer(inputs)).flatten().tolist()
    assert one < 0 < zero


class Blind(nn.Module):
    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return inputs.detach().flatten(1)[:, :2]


def test_a_model_without_gradients_is_refused_in_a_sentence() -> None:
    with pytest.raises(UsageError, match=r"^This model gives no gradient .*\.$"):
        fgsm(Blind(), torch.rand(2, 12), torch.tensor([0, 1]), REACH)


def test_logits_that_are_not_numbers_are_no_answer() -> None:
    class Broken(nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return torch.full((len(inputs), 2), float("nan"))

    assert answered(Broken(), torch.rand(3, 2)).tolist() == [-1, -1, -1]


@pytest.mark.parametrize("peer", [p for p in PEERS if p["model"].endswith("lenet5")], ids=str)
def test_accuracy_under_attack_is_that_of_two_libraries_within_a_point(peer: dict) -> None:
    subject, epsilon = look_up(peer["model"]), float(peer["epsilon"])
    reach = reach_of(subject.card.data, epsilon)
    ours = float(_on_original(subject, peer["attack"], reach, 1000).withstood.float().mean())
    assert ours == pytest.approx(float(peer["torchattacks"]), abs=0.01)
    assert ours == pytest.approx(float(peer["art"]), abs=0.01)


def asked(model: str, step: str, **others: object) -> dict:
    recipe = Recipe.build(model, [step]).model_dump(mode="json")
    return insight.answer("robustness", {"model": model, "recipe": recipe, **others})


def test_an_example_counts_where_it_withstands_both_attacks() -> None:
    found = asked("digits/cnn", "quantize:bits=3", attack="fgsm")["compressed"]
    alone = [found[kind]["value"] for kind in ("own", "transferred")]
    assert found["attacked"]["value"] <= min(alone) <= found["clean"]["value"]


def test_a_stronger_attack_leaves_less() -> None:
    found = [asked("digits/mlp", "quantize:bits=4", epsilon=e)["compressed"] for e in (0.02, 0.2)]
    assert found[0]["attacked"]["value"] > found[1]["attacked"]["value"]


def test_only_the_standard_attack_gives_the_point_a_figure() -> None:
    standard = asked("digits/mlp", "quantize:bits=4")
    figure = standard["figures"]["adversarial_accuracy"]
    assert figure["value"] == standard["compressed"]["attacked"]["value"] and figure["n"] == 540
    assert "figures" not in asked("digits/mlp", "quantize:bits=4", epsilon=0.05)


@pytest.mark.parametrize("epsilon", [0, -0.1, 0.6, float("nan"), float("inf")])
def test_an_epsilon_that_means_nothing_is_refused_in_a_sentence(epsilon: float) -> None:
    with pytest.raises(UsageError, match=r"^epsilon=.* above 0 and at most 0\.5, as in 0\.03\.$"):
        asked("digits/mlp", "quantize:bits=4", epsilon=epsilon)


def test_signals_are_not_attacked_and_it_says_what_is_offered_instead() -> None:
    with pytest.raises(UsageError, match=r"noise, drop-out and drift of its sensor\.$"):
        asked("watch/gru", "quantize:bits=4")


def test_no_curve_rises_with_epsilon() -> None:
    recipe = Recipe.build("digits/cnn", ["quantize:bits=4"]).model_dump(mode="json")
    found = insight.answer("attack_curve", {"model": "digits/cnn", "recipe": recipe})
    for name in ("original", "compressed"):
        values = [row["value"] for row in found[name]]
        assert values == sorted(values, reverse=True) and values[0] > 0.9 > values[-1]
    assert {len(example["levels"]) for example in found["examples"]} == {len(found["levels"])}
