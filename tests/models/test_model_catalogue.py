"""The table of models: figures by hand, and what every architecture must be able to do."""

import copy
import subprocess
import sys

import pytest
import torch
from torch import nn

import datasets
from compression import models
from compression.errors import LabError, UsageError
from compression.models.plans import PLANS

EVERY = list(models.MODELS)
LAYERS = (nn.Conv1d, nn.Conv2d, nn.Linear, nn.GRU)
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)

# Weights and biases of each layer, then scale and shift of each batch norm.
BY_HAND = {
    "fashion-mnist/mlp": 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10 + 2 * (256 + 128),
    "fashion-mnist/lenet5": (25 * 6 + 6)
    + (6 * 25 * 16 + 16)
    + 400 * 120
    + 120
    + 120 * 84
    + 84
    + 850,
    "fashion-mnist/ds-cnn": (9 * 16 + 32)
    + sum(9 * i + 2 * i + i * o + 2 * o for i, o in ((16, 32), (32, 32), (32, 64), (64, 64)))
    + 650,
    "fashion-mnist/resnet8": (9 * 16 + 32)
    + 2 * (9 * 16 * 16 + 32)
    + sum(9 * i * o + 9 * o * o + i * o + 3 * 2 * o for i, o in ((16, 32), (32, 64)))
    + 650,
    "fashion-mnist/vit-tiny": (49 * 64 + 64)
    + 16 * 64
    + 3 * (64 * 192 + 192 + 64 * 64 + 64 + 64 * 128 + 128 + 128 * 64 + 64 + 4 * 64)
    + 2 * 64
    + 650,
    "fashion-mnist/supernet": (9 * 16 + 32)
    + sum(9 * i * o + 2 * o for i, o in ((16, 32), (32, 32), (32, 56), (56, 56), (56, 56)))
    + 2 * (25 * 56 + 112 + 56 * 56 + 112)
    + 570,
    "digits/mlp": 64 * 32 + 32 + 32 * 10 + 10,
    "digits/cnn": 9 * 16 + 32 + 16 * 9 * 32 + 64 + 128 * 10 + 10,
    "watch/cnn1d": 6 * 7 * 16 + 32 + 16 * 5 * 32 + 64 + 32 * 3 * 64 + 128 + 64 * 7 + 7,
    "watch/gru": 3 * (6 * 32 + 32 * 32 + 32 + 32) + 32 * 7 + 7,
}


def example(model_id: str, count: int = 3) -> torch.Tensor:
    shape = datasets.DATASETS[models.MODELS[model_id].dataset].input_shape
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(0))


def counted_macs(model: nn.Module, inputs: torch.Tensor) -> int:
    """Multiply-accumulates of one input, from the shapes that pass through each layer."""
    macs = 0

    def count(layer: nn.Module, given: tuple, made: object) -> None:
        nonlocal macs
        if isinstance(layer, nn.GRU):
            macs += given[0].shape[1] * sum(w.numel() for w in layer.parameters() if w.ndim == 2)
        elif isinstance(layer, nn.Linear):
            macs += made[0].numel() * layer.in_features
        else:
            macs += made[0].numel() * layer.weight[0].numel()

    def count_attention(layer: nn.Module, given: tuple, made: object) -> None:
        nonlocal macs
        tokens, width = given[0].shape[1:]
        macs += 2 * tokens * tokens * width

    for layer in model.modules():
        if isinstance(layer, LAYERS):
            layer.register_forward_hook(count)
        elif type(layer).__name__ == "Attention":
            layer.register_forward_hook(count_attention)
    with torch.inference_mode():
        model.eval()(inputs[:1])
    return macs


def test_every_model_has_a_data_set_and_a_plan():
    assert {card.dataset for card in models.MODELS.values()} <= set(datasets.DATASETS)
    assert set(PLANS) == set(models.MODELS)


@pytest.mark.parametrize("model_id", EVERY)
def test_parameters_are_those_counted_by_hand(model_id):
    built = sum(parameter.numel() for parameter in models.build(model_id).parameters())
    assert built == BY_HAND[model_id] == models.MODELS[model_id].parameters


@pytest.mark.parametrize("model_id", EVERY)
def test_the_card_names_the_counted_macs(model_id):
    model = models.build(model_id)
    assert counted_macs(model, example(model_id)) == models.MODELS[model_id].macs


@pytest.mark.parametrize("model_id", EVERY)
@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_gives_one_row_of_logits_per_input(model_id, count):
    model = models.load(model_id)
    classes = len(datasets.DATASETS[models.MODELS[model_id].dataset].classes)
    assert model(example(model_id, count)).shape == (count, classes)


@pytest.mark.parametrize("model_id", EVERY)
def test_an_input_is_answered_alike_alone_and_in_a_batch(model_id):
    model, inputs = models.load(model_id), example(model_id, 5)
    alone = torch.cat([model(one) for one in inputs.split(1)])
    torch.testing.assert_close(model(inputs), alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("model_id", EVERY)
def test_each_batch_norm_is_declared_right_after_the_layer_it_normalises(model_id):
    for parent in models.build(model_id).modules():
        children = list(parent.children())
        for before, norm in zip(children, children[1:], strict=False):
            if isinstance(norm, NORMS):
                assert isinstance(before, (nn.Conv1d, nn.Conv2d, nn.Linear))
                assert before.weight.shape[0] == norm.num_features
        assert not (children and isinstance(children[0], NORMS))


@pytest.mark.parametrize("model_id", EVERY)
def test_every_parameter_belongs_to_a_layer_that_compression_knows(model_id):
    known = (*LAYERS, *NORMS, nn.LayerNorm)
    model = models.build(model_id)
    loose = [
        f"{path}.{name}"
        for path, module in model.named_modules()
        for name, _ in module.named_parameters(recurse=False)
        if not isinstance(module, known)
    ]
    assert loose in ([], [".position"])


@pytest.mark.parametrize("model_id", EVERY)
def test_a_loaded_model_is_a_fresh_copy_in_evaluation_mode(model_id):
    one, other = models.load(model_id), models.load(model_id)
    assert not one.training
    with torch.no_grad():
        next(one.parameters()).zero_()
    assert next(other.parameters()).abs().sum() > 0
    copy.deepcopy(other)


def test_an_unknown_model_is_refused_with_the_nearest_one():
    with pytest.raises(UsageError, match="digits/mlp"):
        models.load("digits/mpl")


def test_missing_or_foreign_weights_are_one_sentence(tmp_path, monkeypatch):
    for content in (
        None,
        b"",
        b"not safetensors",
        (models.weights_path("digits/cnn")).read_bytes(),
    ):
        path = tmp_path / "weights.safetensors"
        if content is not None:
            path.write_bytes(content)
        monkeypatch.setattr(models, "weights_path", lambda _, path=path: path)
        with pytest.raises(LabError, match="python -m compression train digits/mlp") as error:
            models.load("digits/mlp")
        assert "\n" not in str(error.value)


def test_the_catalogue_is_read_without_torch():
    code = "import sys, compression.models; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
