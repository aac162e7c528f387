"""Channel pruning of whole models: counts, budgets, what is repaired and what is refused."""

import copy

import pytest
import torch

import datasets
from compression import models
from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm
from compression.models.shapes import shapes_of
from compression.recipe import parse_step
from compression.techniques.channels import costs
from compression.techniques.channels.groups import find_groups
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.channels.prune_channels import prune_channels
from compression.techniques.context import StepContext
from datasets import DATASETS

RESNET = "fashion-mnist/resnet8"


def trained(model: str) -> Compressed:
    return Compressed(model_card(model), models.load(model))


def inputs(model: str, count: int = 32, seed: int = 1) -> torch.Tensor:
    shape = DATASETS[MODELS[model].dataset].input_shape
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))


def pruned(model: str, seed: int = 0, start: Compressed | None = None, **knobs) -> Compressed:
    step = PruneChannels(**knobs)
    return prune_channels(start or trained(model), step, StepContext(inputs(model), seed))


def parameters(compressed: Compressed) -> int:
    scales = sum(scale.numel() for scale in compressed.fold_scales.values())
    return scales + sum(values.numel() for values in compressed.module.parameters())


@torch.inference_mode()
def logits(compressed: Compressed) -> torch.Tensor:
    return compressed.module(inputs(compressed.model.id, 64, seed=2))


def distance(one: Compressed, other: Compressed) -> float:
    return float((logits(one) - logits(other)).square().mean())


@pytest.mark.parametrize(("ratio", "count"), [(0.3, 37_069), (0.5, 19_810), (0.7, 6_764)])
def test_a_uniform_share_leaves_as_many_parameters_as_torch_pruning_does(
    ratio: float, count: int
) -> None:
    """The counts are torch-pruning 1.6.1's for this architecture."""
    result = pruned(RESNET, ratio=ratio, allocation="uniform", multiple=1, repair="none")
    assert parameters(result) == count


@pytest.mark.parametrize("model", MODELS)
def test_half_of_the_channels_go_and_the_answers_are_numbers(model: str) -> None:
    before, result = trained(model), pruned(model, ratio=0.5)
    assert parameters(result) < parameters(fold_batch_norm(before)) * 0.6
    assert logits(result).shape == logits(before).shape
    assert torch.isfinite(logits(result)).all()
    for name, scale in result.fold_scales.items():
        assert len(scale) == len(result.module.get_parameter(name))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("multiple", [1, 8])
def test_an_extreme_ratio_keeps_a_channel_of_each_group(model: str, multiple: int) -> None:
    for allocation in ("gram", "uniform"):
        knobs = {"ratio": 0.9, "allocation": allocation, "repair": "none"}
        result = pruned(model, multiple=multiple, **knobs)
        assert min(map(min, shapes_of(result.module))) >= 1
        assert torch.isfinite(logits(result)).all()


@pytest.mark.parametrize("model", MODELS)
def test_none_removed_is_the_original(model: str) -> None:
    assert torch.equal(logits(pruned(model, ratio=0)), logits(fold_batch_norm(trained(model))))


@pytest.mark.parametrize("match", ["parameters", "macs"])
@pytest.mark.parametrize("multiple", [1, 4])
def test_the_budget_is_what_a_uniform_share_would_leave(match: str, multiple: int) -> None:
    whole = fold_batch_norm(trained(RESNET))
    found = find_groups(whole.module, inputs(RESNET, 1))

    table = (
        costs.parameters(whole, found)
        if match == "parameters"
        else costs.macs(whole, found, inputs(RESNET, 1))
    )

    def price(compressed: Compressed) -> int:
        widths = {
            g.name: compressed.module.get_parameter(f"{g.name}.weight").shape[0] for g in found
        }
        return table.at(widths)

    even = price(pruned(RESNET, ratio=0.5, allocation="uniform", multiple=1, repair="none"))
    chosen = pruned(RESNET, ratio=0.5, match=match, multiple=multiple, repair="none")
    assert 0.9 * even < price(chosen) <= even
    if match == "parameters":
        assert price(chosen) == parameters(chosen)


@pytest.mark.parametrize("model", MODELS)
def test_multiplications_are_those_of_the_card(model: str) -> None:
    whole = fold_batch_norm(trained(model))
    found = find_groups(whole.module, inputs(model, 1))
    table = costs.macs(whole, found, inputs(model, 1))
    attention = 3 * 2 * 16 * 16 * 64 if model.endswith("vit-tiny") else 0
    assert table.at({g.name: g.size for g in found}) == MODELS[model].macs - attention


@pytest.mark.parametrize("model", [RESNET, "fashion-mnist/ds-cnn", "fashion-mnist/vit-tiny"])
def test_repairs_rank_as_they_should_on_images_they_have_not_seen(model: str) -> None:
    """By the divergence of the answers from the original's."""
    given = trained(model)
    data = datasets.load("fashion-mnist")
    images = torch.from_numpy(data.calibration.inputs[:256])
    unseen = torch.from_numpy(data.validation.inputs[:512])
    lost = {}
    for repair in ("refit", "batchnorm", "bias", "none"):
        step = PruneChannels(ratio=0.5, repair=repair)
        result = prune_channels(given, step, StepContext(images, 0))
        with torch.inference_mode():
            told, wanted = (one.module(unseen).log_softmax(1) for one in (result, given))
        lost[repair] = float((wanted.exp() * (wanted - told)).sum(1).mean())
    assert lost["refit"] < 0.7 * lost["batchnorm"]
    assert lost["refit"] < 0.7 * min(lost["bias"], lost["none"])


@pytest.mark.parametrize("score", ["obs", "l1", "l2", "fpgm", "bn", "random"])
def test_every_score_keeps_other_channels_and_equal_seeds_the_same(score: str) -> None:
    one, again = (pruned(RESNET, seed=3, score=score, repair="none") for _ in range(2))
    assert torch.equal(logits(one), logits(again))
    if score == "random":
        other = pruned(RESNET, seed=4, score=score, allocation="uniform", repair="none")
        same = pruned(RESNET, seed=3, score=score, allocation="uniform", repair="none")
        assert not torch.equal(logits(other), logits(same))


def test_l1_keeps_the_channels_with_the_largest_trained_weights() -> None:
    """By hand, where one layer alone puts the channels out."""
    given = trained("digits/cnn")
    result = pruned("digits/cnn", score="l1", ratio=0.5, allocation="uniform", repair="none")
    norms = given.module.conv2.weight.detach().abs().sum((1, 2, 3))
    best = norms.topk(16).indices.sort().values
    wanted = fold_batch_norm(given).module.conv2.bias[best]
    assert torch.equal(result.module.conv2.bias, wanted)


def test_batch_norm_scores_need_batch_norms() -> None:
    with pytest.raises(UsageError, match="score=bn"):
        pruned("fashion-mnist/lenet5", score="bn")


def test_the_input_is_untouched_and_equal_seeds_give_equal_models() -> None:
    given = trained(RESNET)
    before = copy.deepcopy(given.module.state_dict())
    one, again = (pruned(RESNET, start=given) for _ in range(2))
    assert all(torch.equal(before[name], v) for name, v in given.module.state_dict().items())
    assert torch.equal(logits(one), logits(again))
    assert not any(
        values.requires_grad and values.grad is not None for values in one.module.parameters()
    )


def test_widths_can_be_set() -> None:
    result = pruned(RESNET, widths="block1.conv1=5;conv1=12", ratio=0.3)
    assert result.module.block1.conv1.out_channels == 5
    assert result.module.conv1.out_channels == result.module.block1.conv2.out_channels == 12


@pytest.mark.parametrize(
    ("widths", "says"),
    [
        ("conv9=3", "did you mean"),
        ("conv1=17", "16 channels"),
        ("block3.conv1=64;block3.conv2=64", "no way"),
    ],
)
def test_widths_that_can_not_be_are_refused(widths: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        pruned(RESNET, widths=widths, ratio=0.7)


def test_a_malformed_width_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="must look like"):
        PruneChannels(widths="conv1=0")


def test_the_texts_of_the_step_come_back() -> None:
    step = PruneChannels(ratio=0.3, match="macs", score="l2", widths="conv1=8")
    assert step.describe() == "30 % fewer channels; matched on MACs; score l2; widths of their own"
    with pytest.raises(UsageError, match="technique"):
        parse_step("prune-channel:ratio=0.5")
