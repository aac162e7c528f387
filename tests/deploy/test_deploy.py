"""Which kernels a recipe gets, whose accuracy is whose, and what is said about it."""

from types import MappingProxyType

import numpy as np
import onnx
import pytest
import torch

from compression.deploy.deploy import deploy, with_int8_ranges
from compression.deploy.deployment import Deployment, Part
from compression.deploy.kernel_note import EXPANDED, kernel_note
from compression.deploy.runtime import open_session
from compression.encoding import Grid, float_levels, integer_levels
from compression.models import build
from compression.models.catalogue import model_card
from compression.models.compressed import (
    ActivationFormat,
    Compressed,
    fold_batch_norm,
    weight_names,
)
from compression.models.rounded_activations import rounding
from compression.techniques.quantization.activations import layer_paths

ACTIVATIONS_8 = ActivationFormat(8, -4.0, 4.0)


def a_grid(kind: str, largest: float, group: int = 0) -> Grid:
    """A grid per tensor that reaches the largest weight."""
    levels = {
        "int3": integer_levels(3), "int8": integer_levels(8), "int12": integer_levels(12),
        "E2M1": float_levels(2, 1), "codebook": np.float32([-1, -0.2, 0, 0.4, 1]),
    }[kind]  # fmt: skip
    scale = np.float32([[largest / levels[-1]]])
    if kind == "E2M1":
        return Grid("float", levels, scale, exponent=2, mantissa=1)
    return Grid("codebook" if kind == "codebook" else "int", levels, scale, group=group)


def a_model(
    kind: str, activations: ActivationFormat | None = None, model_id: str = "digits/cnn"
) -> Compressed:
    """Every weight on a grid of this kind, every layer's input in this format."""
    torch.manual_seed(0)
    folded = fold_batch_norm(Compressed(model_card(model_id), build(model_id).eval()))
    formats = {}
    for name in weight_names(folded.module) if kind else ():
        weight = folded.module.get_parameter(name)
        formats[name] = a_grid(kind, float(weight.detach().abs().max()))
        weight.data = torch.from_numpy(formats[name].round(weight.detach().numpy()))
    inputs = dict.fromkeys(layer_paths(folded.module), activations) if activations else {}
    return Compressed(
        folded.model, folded.module, MappingProxyType(formats), activations=MappingProxyType(inputs)
    )


def inputs_of(compressed: Compressed) -> np.ndarray:
    return torch.randn(32, *compressed.model.data.input_shape).numpy()


def deployed(compressed: Compressed) -> Deployment:
    return deploy(with_int8_ranges(compressed, inputs_of(compressed)))


def only_part(compressed: Compressed) -> Part:
    (part,) = deployed(compressed).parts
    return part


def outputs(file: bytes, inputs: np.ndarray) -> np.ndarray:
    return open_session(file).run(None, {"input": inputs})[0]


@pytest.mark.parametrize("kind", ["int3", "int8", "E2M1"])
def test_weights_that_are_small_multiples_get_int8_kernels(kind):
    found = only_part(a_model(kind, ACTIVATIONS_8))
    assert found.is_int8 and found.is_exact
    assert found.model == found.loaded == found.exact


@pytest.mark.parametrize("kind", ["int3", "int8", "E2M1"])
def test_their_integers_stand_for_the_weights_themselves(kind):
    compressed = a_model(kind, ACTIVATIONS_8)
    graph = onnx.load_from_string(only_part(compressed).model).graph
    stored = {item.name: onnx.numpy_helper.to_array(item) for item in graph.initializer}
    weight = compressed.module.get_parameter("conv2.weight").detach().numpy()
    scale = stored["conv2.weight_scale"].reshape(-1, 1, 1, 1)
    assert stored["conv2.weight"].dtype == np.int8
    assert np.allclose(stored["conv2.weight"] * scale, weight, atol=1e-7)


def test_an_int8_file_computes_what_the_rounded_module_does():
    compressed = a_model("int8", ACTIVATIONS_8)
    inputs = inputs_of(compressed)
    with torch.inference_mode():
        expected = rounding(compressed)(torch.from_numpy(inputs)).numpy()
    error = np.abs(outputs(only_part(compressed).model, inputs) - expected).mean()
    assert error < 0.02 * expected.std()


@pytest.mark.parametrize(
    ("kind", "bits", "reason"),
    [
        ("int8", 4, "No kernel here computes with 4-bit activations."),
        ("int8", 16, "No kernel here computes with 16-bit activations."),
        ("int12", 8, "No kernel here computes with 12-bit integers and 8-bit activations."),
        ("codebook", 8, "No kernel here computes with codebooks of 5 and 8-bit activations."),
        ("", 8, "No kernel here computes with 32-bit float weights and 8-bit activations."),
    ],
)
def test_without_a_kernel_the_rounding_is_simulated_and_the_file_computes_in_floats(
    kind, bits, reason
):
    compressed = a_model(kind, ActivationFormat(bits, -4.0, 4.0))
    found, inputs = only_part(compressed), inputs_of(compressed)
    assert found.reason == reason
    assert not found.is_int8 and not found.is_exact
    with torch.inference_mode():
        module = compressed.module(torch.from_numpy(inputs)).numpy()
        simulated = rounding(compressed)(torch.from_numpy(inputs)).numpy()
    assert np.allclose(outputs(found.model, inputs), module, atol=1e-5)
    close = np.abs(outputs(found.exact, inputs) - simulated).max(axis=1) < 1e-4
    assert close.mean() > 0.75
    assert not np.allclose(simulated, module, atol=1e-5)


def test_a_gru_has_no_int8_kernel_and_says_so():
    compressed = a_model("int8", ACTIVATIONS_8, "watch/gru")
    found = deployed(compressed)
    assert found.reason == "ONNX Runtime has no int8 kernel for GRU."
    assert kernel_note(compressed, found, at_most=1.0).startswith(
        f"{found.reason} The file computes in 32-bit floats: weights become 32-bit floats when loaded."
    )


def test_layers_without_rounded_inputs_are_not_rounded():
    compressed = a_model("int8", ACTIVATIONS_8)
    only = MappingProxyType({"fc": ACTIVATIONS_8})
    partly = Compressed(compressed.model, compressed.module, compressed.formats, activations=only)
    assert not deployed(partly).is_int8


def test_weight_only_files_are_smaller_and_exact():
    compressed = a_model("int3")
    found, inputs = only_part(compressed), inputs_of(compressed)
    assert found.is_exact and not found.is_int8
    assert len(found.model) < 0.4 * len(found.loaded)
    assert np.array_equal(outputs(found.model, inputs), outputs(found.loaded, inputs))


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("", ""),
        ("int8", "Weights become 32-bit floats when loaded; activations of 8 bits"),
        ("int12", "There is no kernel for 12-bit integers here: weights become 32-bit floats"),
        ("E2M1", "There is no kernel for 4-bit floats (E2M1) here: weights become 32-bit floats"),
    ],
)
def test_weight_only_files_say_that_they_are_not_faster(kind, start):
    compressed = a_model(kind)
    note = kernel_note(compressed, deployed(compressed), at_most=1.0)
    assert note.startswith(start)
    assert bool(note) == (EXPANDED in note) == bool(kind)


def test_int8_files_say_what_they_compute_in():
    compressed = a_model("int3", ACTIVATIONS_8)
    assert kernel_note(compressed, deployed(compressed), at_most=0.7) == (
        "It computes in 8-bit integer kernels, its 3-bit integers widened to 8 bits. conv1 stays in floats: "
        "with so few input channels the int8 kernel is slower. "
        "In a model this small, rounding the activations takes longer than it saves."
    )


def test_pruned_files_say_that_zeros_are_multiplied_too():
    compressed = a_model("")
    with torch.no_grad():
        compressed.module.get_parameter("fc.weight").zero_()
    assert "zeros too" in kernel_note(compressed, deployed(compressed), at_most=1.0)
