"""The exported file computes what the module computes, for every model, and takes other weights as it is."""

import warnings

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from compression.deploy.onnx import export_onnx, swap_weights
from compression.deploy.runtime import open_session
from compression.measure.graph import read_graph
from compression.models import MODELS, build
from datasets import DATASETS

every_model = pytest.mark.parametrize("model_id", MODELS)


def shape_of(model_id: str) -> tuple[int, ...]:
    return DATASETS[MODELS[model_id].dataset].input_shape


def trained_like(model_id: str, seed: int) -> nn.Module:
    """A model whose tensors, batch norms' too, are no longer their round initial values."""
    torch.manual_seed(seed)
    module = build(model_id).eval()
    for name, tensor in module.state_dict().items():
        if tensor.is_floating_point():
            noise = 0.05 * torch.randn_like(tensor)
            tensor.add_(noise.abs() if "running_var" in name else noise)
    return module


def agree(file: bytes, module: nn.Module, shape: tuple[int, ...], batch: int) -> bool:
    inputs = torch.randn(batch, *shape)
    with torch.inference_mode():
        expected = module(inputs).numpy()
    found = open_session(file).run(None, {"input": inputs.numpy()})[0]
    return np.allclose(found, expected, atol=1e-4)


@every_model
def test_the_file_gives_the_modules_logits_at_any_batch_size(model_id):
    module = trained_like(model_id, seed=0)
    file = export_onnx(module, shape_of(model_id))
    assert agree(file, module, shape_of(model_id), batch=1)
    assert agree(file, module, shape_of(model_id), batch=5)


@every_model
def test_swapped_weights_give_the_other_modules_logits(model_id):
    template = export_onnx(trained_like(model_id, seed=0), shape_of(model_id))
    other = trained_like(model_id, seed=1)
    assert agree(swap_weights(template, other.state_dict()), other, shape_of(model_id), batch=3)


@every_model
def test_initializers_are_named_as_the_parameters(model_id):
    module = build(model_id)
    graph = onnx.load_from_string(export_onnx(module, shape_of(model_id))).graph
    names = {initializer.name for initializer in graph.initializer}
    assert {name for name, _ in module.named_parameters()} <= names <= set(module.state_dict())


def test_equal_tensors_are_not_merged():
    module = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
    file = export_onnx(module, (4,))
    assert len(onnx.load_from_string(file).graph.initializer) == 4


class Masked(nn.Module):
    """Two entries of three count, by a buffer that no state dict holds."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.register_buffer("mask", torch.tensor([1.0, 0.0, 0.5]), persistent=False)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.fc(inputs * self.mask)


def test_a_buffer_that_is_not_saved_keeps_its_values():
    module = Masked().eval()
    assert agree(export_onnx(module, (3,)), module, (3,), batch=4)


def test_inputs_may_be_whole_numbers():
    module = nn.Sequential(nn.Embedding(5, 4), nn.Flatten(), nn.Linear(12, 2)).eval()
    file = export_onnx(module, (3,), "int64")
    words = torch.randint(0, 5, (7, 3))
    found = open_session(file).run(None, {"input": words.numpy()})[0]
    assert np.allclose(found, module(words).detach().numpy(), atol=1e-5)
    assert read_graph(file).macs == 24


def test_the_module_is_left_as_it_was():
    module = build("fashion-mnist/resnet8").train()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    export_onnx(module, (1, 28, 28))
    assert module.training
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())


@pytest.mark.parametrize("model_id", ["fashion-mnist/lenet5", "watch/gru"])
def test_exporting_says_nothing(model_id, capfd):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        export_onnx(build(model_id), shape_of(model_id))
    assert not caught
    assert capfd.readouterr() == ("", "")


def test_a_missing_weight_is_refused():
    template = export_onnx(nn.Linear(4, 2), (4,))
    with pytest.raises(ValueError, match="weight weight is not among"):
        swap_weights(template, {"bias": np.zeros(2)})


def test_another_shape_is_refused():
    template = export_onnx(nn.Linear(4, 2), (4,))
    with pytest.raises(ValueError, match=r"\(2, 4\), not \(3, 4\)"):
        swap_weights(template, nn.Linear(4, 3).state_dict())


def test_a_parsed_template_is_not_changed():
    template = onnx.load_from_string(export_onnx(nn.Linear(4, 2), (4,)))
    before = template.SerializeToString()
    swap_weights(template, nn.Linear(4, 2).state_dict())
    assert template.SerializeToString() == before
