"""Channel pruning where it can't be: a sentence, or a stated fallback; never a silently unpruned layer."""

import copy

import pytest
import torch
from torch import nn

from compression.errors import UsageError
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, fold_batch_norm
from compression.subjects import look_up
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.channels.prune_channels import prune_channels
from compression.techniques.context import StepContext
from compression.techniques.shared.layerwise import layers

LENET = "fashion-mnist/lenet5"


def folded() -> Compressed:
    return fold_batch_norm(look_up(LENET).original)


def context(count: int = 32) -> StepContext:
    return StepContext(look_up(LENET).calibration_for(0, count), 0)


class Branching(nn.Module):
    """What it computes depends on values, so that no graph of it can be drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(784, 16), nn.Linear(16, 10)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        hidden = self.first(inputs.flatten(1))
        return self.second(hidden.relu() if hidden.sum() > -1e30 else hidden)


def test_a_model_whose_graph_cant_be_traced_says_which_repair_needs_none() -> None:
    branching = Compressed(model_card(LENET), Branching().eval())
    with pytest.raises(UsageError, match="can't be followed operation by operation.*repair=none"):
        prune_channels(branching, PruneChannels(ratio=0.5), context())
    small = prune_channels(branching, PruneChannels(ratio=0.5, repair="none"), context())
    assert small.module.second.in_features < 16


def test_a_budget_that_set_widths_leave_no_way_to_is_refused() -> None:
    step = PruneChannels(ratio=0.9, widths="fc1=120;conv2=16")
    with pytest.raises(
        UsageError,
        match="leave no way to [0-9,]+ parameters, .*set smaller ones or a smaller ratio",
    ):
        prune_channels(folded(), step, context())


@pytest.mark.parametrize("repair", ["refit", "batchnorm", "bias"])
@pytest.mark.parametrize("score", ["obs", "l2"])
def test_inputs_that_are_always_zero_do_no_harm(score: str, repair: str) -> None:
    """Their Gram matrices are singular: weights that read what never varies stay, and the bias makes up for them."""
    module = copy.deepcopy(folded().module)
    first = layers(module)[0]
    first.replace(torch.zeros_like(first.weight), -torch.ones(6))
    dead = folded().with_module(module)
    small = prune_channels(dead, PruneChannels(ratio=0.5, score=score, repair=repair), context())
    assert all(bool(value.isfinite().all()) for value in small.module.state_dict().values())
    before, after = (sum(p.numel() for p in m.parameters()) for m in (module, small.module))
    assert after < 0.4 * before
    with torch.no_grad():
        wanted, told = (m(context().calibration) for m in (module, small.module))
    assert float((told - wanted).abs().max()) < 0.5


def test_values_that_are_not_finite_are_refused() -> None:
    broken = copy.deepcopy(folded().module)
    layers(broken)[0].weight.data[0, 0, 0, 0] = torch.nan
    with pytest.raises(UsageError, match="not finite, which can't be ranked"):
        prune_channels(folded().with_module(broken), PruneChannels(ratio=0.5), context())


def test_a_single_image_gives_finite_weights() -> None:
    small = prune_channels(folded(), PruneChannels(ratio=0.5), context(1))
    assert all(bool(value.isfinite().all()) for value in small.module.state_dict().values())
