"""A supernet and its members: they share weights, and each alone computes what it computes within the supernet."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import torch
from torch import nn

import datasets
from compression.errors import UsageError
from compression.models import MODELS, untrained
from compression.models.channel_order import GROUPS, sorted_channels
from compression.models.plans import PLANS
from compression.models.sandwich import BY_TEACHER, SandwichLoss
from compression.models.subnets import LARGEST, SMALLEST, Subnet, drawn, parse_subnet
from compression.models.supernet_weights import cut_out, estimate_norms, run_as
from compression.models.train import train
from compression.models.zoo.supernet import Separable, SupernetMember
from compression.training.progress import Epoch

SOME = (
    SMALLEST,
    Subnet(8, (16, 20, 30), (1, 3, 2), (3, 5), 28),
    Subnet(16, (32, 48, 56), (2, 2, 1), (5, 3), 14),
    *(drawn(Random(seed), narrow=bool(seed % 2)) for seed in range(5)),
)
members = pytest.mark.parametrize("member", SOME, ids=lambda member: member.name)


def supernet() -> SupernetMember:
    """Untrained, but with batch norms of all kinds."""
    torch.manual_seed(0)
    module = SupernetMember()
    for norm in module.modules():
        if isinstance(norm, nn.BatchNorm2d):
            nn.init.uniform_(norm.weight, 0.5, 2.0)
            nn.init.normal_(norm.bias)
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2.0)
    return module.eval()


def images(count: int = 16) -> torch.Tensor:
    return torch.randn(count, 1, 28, 28, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def silenced(whole: SupernetMember, member: Subnet) -> SupernetMember:
    """The supernet run as a member: channels beyond its widths are silenced, layers beyond its depths left out."""
    module = copy.deepcopy(whole)
    module.shrink = nn.AvgPool2d(28 // member.resolution)
    silence(module.bn, member.stem)
    for stage, width, depth in zip(module.stages, member.widths, member.depths, strict=True):
        for norm in (each for each in stage.modules() if isinstance(each, nn.BatchNorm2d)):
            silence(norm, width)
        for index in range(depth - 1, len(stage.more)):
            stage.more[index] = nn.Identity()
    for stage, kernel in zip(module.stages[1:], member.kernels, strict=True):
        ring = (5 - kernel) // 2
        if ring and isinstance(stage.more[0], Separable):
            kept = stage.more[0].depthwise.weight[:, :, ring:-ring, ring:-ring].clone()
            stage.more[0].depthwise.weight.zero_()[:, :, ring:-ring, ring:-ring] = kept
    return module


def silence(norm: nn.BatchNorm2d, channels: int) -> None:
    norm.weight[channels:] = 0
    norm.bias[channels:] = 0


@members
def test_a_member_alone_computes_what_the_supernet_does_in_its_place(member: Subnet) -> None:
    whole = supernet()
    with torch.inference_mode():
        alone = cut_out(whole, member)(images())
        within = silenced(whole, member)(images())
    assert within.std() > 0.01
    assert torch.allclose(alone, within, atol=1e-5, rtol=1e-5)


@members
def test_it_trains_on_the_supernets_weights_as_it_would_alone(member: Subnet) -> None:
    whole = supernet()
    within = run_as(whole, member, images())
    assert torch.allclose(within, cut_out(whole, member).train()(images()), atol=1e-5)
    within.sum().backward()
    reached = sum(p.grad is not None for p in whole.parameters())
    assert reached == len(list(SupernetMember(member).parameters()))


def test_only_the_largest_moves_the_supernets_statistics() -> None:
    whole = supernet()
    before = {name: values.clone() for name, values in whole.named_buffers()}
    run_as(whole, SOME[1], images())
    assert all(torch.equal(values, before[name]) for name, values in whole.named_buffers())
    run_as(whole, LARGEST, images())
    assert not any(torch.equal(values, before[name]) for name, values in whole.named_buffers())


@members
def test_estimated_norms_make_each_channel_what_training_made_it(member: Subnet) -> None:
    """In evaluation mode the very images that were shown give the answers that they give in training mode."""
    module = cut_out(supernet(), member)
    estimate_norms(module, images(64))
    with torch.no_grad():
        told, wanted = module(images(64)), module.train()(images(64))
    assert torch.allclose(told, wanted, atol=0.05 * wanted.std())
    momenta = {norm.momentum for norm in module.modules() if isinstance(norm, nn.BatchNorm2d)}
    assert momenta == {0.1}


def test_members_are_many_and_from_small_to_large() -> None:
    widths = (LARGEST.stem, *LARGEST.widths)
    count = 2 * (1 + 2 * 2) * (1 + 2) * 2  # depths with their kernels, and resolutions
    for least, most in zip((SMALLEST.stem, *SMALLEST.widths), widths, strict=True):
        count *= (most - least) // 2 + 1
    assert count == 2_642_640
    sizes = [
        sum(p.numel() for p in SupernetMember(each).parameters()) for each in (SMALLEST, LARGEST)
    ]
    assert sizes[0] < 3_500 and 90_000 < sizes[1] < 100_000


@members
def test_a_member_is_known_by_its_name(member: Subnet) -> None:
    assert parse_subnet(member.name) == member


@pytest.mark.parametrize(
    "name",
    [
        "subnet-",
        "subnet-18-32-56-56-d232-k55-r28",
        "subnet-16-6-56-56-d232-k55-r28",
        "subnet-16-9-56-56-d232-k55-r28",
        SMALLEST.name + "0",
    ],
)
def test_what_is_no_member_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(UsageError, match=f"no sub-network.*{SMALLEST.name}.*16-32-56-56 channels"):
        parse_subnet(name)


def test_only_a_supernet_has_members() -> None:
    """A packed file names one, and what it says of itself is not believed."""
    plain = MODELS["fashion-mnist/lenet5"]
    architecture = "compression.models.zoo.supernet:SupernetMember"
    large = replace(plain, architecture=architecture, is_supernet=True)
    built, alone = (
        {name: each.shape for name, each in module.state_dict().items()}
        for module in (untrained(large, SMALLEST.name), SupernetMember(SMALLEST))
    )
    assert built == alone
    with pytest.raises(UsageError, match="lenet5 is no supernet"):
        untrained(plain, SMALLEST.name)


@pytest.mark.parametrize("narrow", [True, False])
def test_drawn_members_are_members_and_reach_every_depth(narrow: bool) -> None:
    random = Random(0)
    many = [drawn(random, narrow=narrow) for _ in range(200)]
    assert all(parse_subnet(each.name) == each for each in many)
    assert {each.depths[1] for each in many} == {1, 2, 3}
    assert {each.resolution for each in many} == {14, 28}


def sandwich(supernet: nn.Module, labels: torch.Tensor, *, seed: int) -> torch.Tensor:
    """The loss of a copy, so that its statistics stay; its teacher is another network."""
    torch.manual_seed(1)
    loss = SandwichLoss(SupernetMember())
    torch.manual_seed(seed)
    return loss(supernet, images(), labels)


def test_the_sandwich_loss_reaches_all_weights_and_follows_the_seed() -> None:
    whole, labels = supernet().train(), torch.arange(16) % 10
    losses = [sandwich(copy.deepcopy(whole), labels, seed=seed).item() for seed in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]
    sandwich(whole, labels, seed=0).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in whole.parameters())


def test_only_the_largest_looks_at_the_labels() -> None:
    """With other labels the loss changes by what the largest's own does, for its share."""
    whole = supernet().train()
    answers = run_as(copy.deepcopy(whole), LARGEST, images())
    one, other = torch.zeros(16).long(), torch.ones(16).long()
    changed = sandwich(copy.deepcopy(whole), one, seed=0) - sandwich(whole, other, seed=0)
    own = nn.functional.cross_entropy(answers, one) - nn.functional.cross_entropy(answers, other)
    assert changed.item() == pytest.approx((1 - BY_TEACHER) * own.item(), rel=1e-4)
    assert own.item() != 0


def test_in_the_order_of_their_weight_the_channels_compute_the_same() -> None:
    whole = supernet()
    ordered = sorted_channels(whole)
    with torch.inference_mode():
        assert torch.allclose(ordered(images()), whole(images()), atol=1e-5)
    state = ordered.state_dict()
    for _, reader in GROUPS:
        weights = state[reader].transpose(0, 1).flatten(1).abs().sum(1)
        assert (weights.diff() <= 0).all()
    assert not torch.equal(state["conv.weight"], whole.state_dict()["conv.weight"])


LOADED = datasets.load


def few(name: str, *, full: bool = False) -> datasets.Dataset:
    whole = LOADED(name)
    splits = ("train", "validation", "test")
    return replace(whole, **{split: getattr(whole, split).stratified(64) for split in splits})


def test_it_is_trained_alone_first_then_with_others_and_goes_on_there_when_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few updates of each; what is killed in the second part doesn't begin with the first again."""
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    monkeypatch.setattr(datasets, "load", few)
    first = replace(PLANS["fashion-mnist/supernet"], epochs=1, batch_size=32)
    plan = replace(first, elastic=replace(first, elastic=None))
    told: list[float] = []

    def killed_in_the_second(epoch: Epoch) -> None:
        told.append(epoch.loss)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train("fashion-mnist/supernet", plan=plan, report=killed_in_the_second)
    result = train(
        "fashion-mnist/supernet", plan=plan, report=lambda epoch: told.append(epoch.loss)
    )
    assert len(told) == 2 and result.epoch == 2 and result.validation_accuracy > 0
    assert list((tmp_path / "training").glob("*.safetensors")) == []
