"""AIMET for ONNX: weights in any bits, simulated; its rounded weights are folded into the ONNX file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
from aimet_onnx import QuantizationSimModel, apply_adaround, apply_seq_mse, qtype

from tests.benchmarks.quantization.setting import Setting, timed
from tests.benchmarks.quantization.table import Row

BITS = (8, 4, 3, 2)
ITERATIONS = 2400
"""Of AdaRound, per layer: a minute here. AIMET recommends 15,000 below 8 bits."""
METHODS = ("nearest", "sequential mse", f"adaround, {ITERATIONS} iterations")


def rows(setting: Setting) -> Iterator[Row]:
    quantized(setting, "nearest", 8)  # not counted: whatever is only set up once
    for method in METHODS:
        for bits in BITS:
            file, seconds = timed(lambda m=method, b=bits: quantized(setting, m, b))
            assert _most_levels(file) <= 2**bits
            accuracy = setting.accuracy(file)
            yield Row(setting.model_id, "AIMET-ONNX", method, bits, accuracy, seconds)


def quantized(setting: Setting, method: str, bits: int) -> bytes:
    """The file with rounded weights; activations stay floats, as nothing quantizes them."""
    simulation = QuantizationSimModel(
        onnx.load_from_string(setting.file),
        param_type=qtype.int(bits),
        activation_type=qtype.int(16),
        session_options_kwargs={"intra_op_num_threads": 1},
    )
    for name, quantizer in simulation.qc_quantize_op_dict.items():
        quantizer.enabled = quantizer.enabled and name in simulation.param_names
    batches = [{"input": batch} for batch in np.split(setting.images, 8)]
    if method == "sequential mse":
        apply_seq_mse(simulation, batches)
    elif method.startswith("adaround"):
        apply_adaround(simulation, batches, ITERATIONS)
    simulation.fold_param_quantizers()
    return QuantizationSimModel.remove_quantizers(simulation.model.model).SerializeToString()


def _most_levels(file: bytes) -> int:
    """Of all channels of all weights, the most different values."""
    arrays = [onnx.numpy_helper.to_array(t) for t in onnx.load_from_string(file).graph.initializer]
    return max(len(np.unique(row)) for array in arrays if array.ndim > 1 for row in array)
