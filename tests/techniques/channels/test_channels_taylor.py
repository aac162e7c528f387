"""Channels ranked by what the labels' loss changes by, to first order, when they go."""

import pytest
import torch

from compression.errors import UsageError
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.channels.prune_channels import groups_of, prune_channels
from compression.techniques.channels.scores import importance
from compression.techniques.channels.taylor import BATCH, products
from compression.techniques.context import StepContext
from compression.training.data import Training, TrainingData

LENET = "fashion-mnist/lenet5"


def setting() -> tuple[Compressed, Training, torch.Tensor, torch.Tensor]:
    data = look_up(LENET).data.train.take(slice(0, 96))
    inputs, labels = torch.from_numpy(data.inputs), torch.from_numpy(data.labels)
    training = Training(lambda: TrainingData(inputs, labels, inputs, labels))
    return fold_batch_norm(look_up(LENET).original), training, inputs, labels


def test_a_sum_is_the_slope_of_the_loss_as_the_channel_is_scaled() -> None:
    """By central differences: scaling weights and bias of one output channel by 1 + h."""
    folded, training, inputs, labels = setting()
    layer = folded.module.fc1
    rows = products(folded, training, 96, 0)["fc1.weight"]
    assert rows.shape == (2, 120)
    weight, bias = layer.weight.clone(), layer.bias.clone()

    def loss(channel: int, factor: float) -> float:
        with torch.no_grad():
            layer.weight[channel], layer.bias[channel] = (
                weight[channel] * factor,
                bias[channel] * factor,
            )
            logits = folded.module(inputs[:BATCH]).double()
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
        return float(torch.nn.functional.cross_entropy(logits, labels[:BATCH]))

    for channel in rows[0].abs().topk(3).indices.tolist():
        slope = (loss(channel, 1.01) - loss(channel, 0.99)) / 0.02
        assert float(rows[0, channel]) == pytest.approx(slope, rel=0.05)


def test_the_importance_is_the_mean_square_over_batches() -> None:
    folded, training, inputs, _ = setting()
    group = next(one for one in groups_of(folded, inputs[:1]) if one.name == "fc1")
    rows = products(folded, training, 96, 0)
    found = importance(group, folded, folded, "taylor", rows)
    square = rows["fc1.weight"].square().mean(0)
    assert torch.allclose(found, square / square.mean())


def test_the_model_is_left_as_it_was_and_its_channels_go() -> None:
    folded, training, inputs, _ = setting()
    flags = [parameter.requires_grad for parameter in folded.module.parameters()]
    given = StepContext(inputs, 0, training)
    small = prune_channels(folded, PruneChannels(ratio=0.5, score="taylor"), given)
    assert small.module.fc1.out_features < 120
    assert flags == [parameter.requires_grad for parameter in folded.module.parameters()]


def test_without_labels_it_says_what_to_do() -> None:
    folded, _, inputs, _ = setting()
    step = PruneChannels(ratio=0.4, score="taylor")
    assert step.needs_labels and not step.is_trained
    assert Recipe.build(LENET, [step]).steps[0] == step
    with pytest.raises(UsageError, match="needs labelled training images"):
        prune_channels(folded, step, StepContext(inputs, 0))
