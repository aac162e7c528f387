"""A file with rounded activations computes what the module with rounded activations computes."""

import numpy as np
import onnx
import pytest
import torch

from compression.deploy.onnx import export_onnx
from compression.deploy.runtime import open_session
from compression.deploy.simulated import round_activations
from compression.models import MODELS, build
from compression.models.catalogue import model_card
from compression.models.compressed import ActivationFormat, Compressed, fold_batch_norm
from compression.models.rounded_activations import rounding
from compression.techniques.quantization.activations import calibrate
from compression.techniques.quantization.knobs import Quantize
from datasets import DATASETS


def calibrated(model_id: str, bits: int) -> tuple[Compressed, torch.Tensor]:
    torch.manual_seed(0)
    images = torch.randn(32, *DATASETS[MODELS[model_id].dataset].input_shape)
    folded = fold_batch_norm(Compressed(model_card(model_id), build(model_id).eval()))
    return calibrate(folded, Quantize(activations=bits), images), images


@pytest.mark.parametrize("bits", [3, 16])
@pytest.mark.parametrize("model_id", MODELS)
def test_the_file_rounds_as_the_module_does(model_id, bits):
    compressed, images = calibrated(model_id, bits)
    file = export_onnx(compressed.module, tuple(images.shape[1:]))
    rounded = round_activations(file, compressed.activations)
    found = open_session(rounded).run(None, {"input": images.numpy()})[0]
    with torch.inference_mode():
        expected = rounding(compressed)(images).numpy()
    # Sums in another order may push a value over the border between two levels.
    different = np.abs(found - expected).max(axis=1) > 1e-3 * expected.std()
    assert different.mean() < 0.25
    assert np.abs(found - expected).mean() < 0.05 * expected.std()


def test_layers_that_read_the_same_tensor_share_its_rounding():
    compressed, images = calibrated("fashion-mnist/resnet8", 4)
    file = export_onnx(compressed.module, tuple(images.shape[1:]))
    graph = onnx.load_from_string(round_activations(file, compressed.activations)).graph
    rounds = [node.op_type for node in graph.node].count("Round")
    assert rounds == len(compressed.activations) - 2  # two shortcuts


def test_a_layer_that_is_not_there_is_refused():
    compressed, images = calibrated("digits/mlp", 4)
    file = export_onnx(compressed.module, tuple(images.shape[1:]))
    with pytest.raises(ValueError, match="The file has no layer fc9"):
        round_activations(file, {"fc9": ActivationFormat(4, 0, 1)})
