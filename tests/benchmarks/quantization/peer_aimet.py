"""AIMET for ONNX, simulated: weights in any bits, folded into the ONNX file; and activations in few bits too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from aimet_onnx import QuantizationSimModel, apply_adaround, apply_seq_mse, qtype
from aimet_onnx.common.defs import QuantScheme

from tests.benchmarks.coded import CODED, coded_bytes
from tests.benchmarks.quantization.widths import BITS, WIDTHS, named
from tests.benchmarks.setting import SEEDS, Setting, timed
from tests.benchmarks.table import Row

TOOL = "AIMET-ONNX"
METHODS = ("nearest", "sequential mse")
RANGES = {
    "sequential mse": QuantScheme.min_max,
    "sequential mse, SQNR ranges": QuantScheme.post_training_tf_enhanced,
}
"""How the ranges of activations are chosen."""
ADAROUND = {"adaround, 2,400 iterations": 2_400, "sequential mse, adaround": 15_000}
"""Iterations per layer: few, and as many as AIMET recommends below 8 bits."""


def rows(setting: Setting) -> Iterator[Row]:
    """Weights alone, what takes seconds; what looks at no image only once."""
    simulation(setting, 8, "nearest")  # not counted: whatever is only set up once
    for method in METHODS:
        if method != "nearest" or setting.seed == SEEDS[0]:
            yield from (weights_alone(setting, bits, method) for bits in BITS)


def learned_rows(setting: Setting) -> Iterator[Row]:
    """AdaRound, which takes minutes for each; the fewest bits, which say most, first."""
    for bits in reversed(BITS):
        yield from (weights_alone(setting, bits, method) for method in ADAROUND)


def activation_rows(setting: Setting) -> Iterator[Row]:
    for method in RANGES:
        for bits, activations in WIDTHS:
            made, seconds = timed(
                lambda m=method, b=bits, a=activations: calibrated(setting, b, a, m)
            )
            accuracy = setting.accuracy_by(lambda images, made=made: _answers(made, images))
            yield Row(
                "activations", setting.model_id, TOOL, method, named(bits, activations), accuracy,
                seconds, setting.seed, note="simulated",
            )  # fmt: skip


def weights_alone(setting: Setting, bits: int, method: str) -> Row:
    """Activations stay floats, as nothing quantizes them."""
    rounded, seconds = timed(lambda: folded(simulation(setting, bits, method)))
    assert rounded.most_levels <= 2**bits
    drawn = None if method == "nearest" else setting.seed
    accuracy = setting.accuracy(rounded.file)
    return Row(
        "bits", setting.model_id, TOOL, method, f"{bits} bits", accuracy, seconds, drawn,
        rounded.bytes, note=CODED,
    )  # fmt: skip


def simulation(
    setting: Setting, bits: int, method: str, activations: int = 0
) -> QuantizationSimModel:
    """The model with rounded weights, and quantizers of activations if there are bits for these."""
    torch.manual_seed(setting.seed)
    np.random.seed(setting.seed)
    made = QuantizationSimModel(
        onnx.load_from_string(setting.file),
        param_type=qtype.int(bits),
        activation_type=qtype.int(activations or 16),
        quant_scheme=RANGES.get(method, QuantScheme.min_max),
        session_options_kwargs={"intra_op_num_threads": 1},
    )
    for name, quantizer in made.qc_quantize_op_dict.items():
        wanted = bool(activations) or name in made.param_names
        quantizer.enabled = quantizer.enabled and wanted
    if "sequential mse" in method:
        apply_seq_mse(made, batches(setting))
    if "adaround" in method:
        apply_adaround(made, batches(setting), ADAROUND[method])
    return made


def calibrated(setting: Setting, bits: int, activations: int, method: str) -> QuantizationSimModel:
    made = simulation(setting, bits, method, activations)
    made.compute_encodings(batches(setting))
    return made


def batches(setting: Setting) -> list[dict[str, np.ndarray]]:
    return [{"input": batch} for batch in np.split(setting.images, 8)]


@dataclass(frozen=True)
class Folded:
    """A file whose weights are rounded, what these take by their codes' entropy, and the most levels of a channel."""

    file: bytes
    bytes: int
    most_levels: int


def folded(made: QuantizationSimModel) -> Folded:
    made.fold_param_quantizers()
    model, codes = QuantizationSimModel.remove_quantizers(made.model.model), []
    for tensor in model.graph.initializer:
        encodings = made.qc_quantize_op_dict[tensor.name].get_encodings()
        values = onnx.numpy_helper.to_array(tensor)
        if encodings and values.ndim > 1:
            steps = np.array([encoding.delta for encoding in encodings])
            codes.append(np.rint(values.reshape(len(values), -1) / steps[:, None]).astype(int))
    most = max(len(np.unique(row)) for tensor in codes for row in tensor)
    return Folded(model.SerializeToString(), coded_bytes(codes), most)


def _answers(made: QuantizationSimModel, images: np.ndarray) -> np.ndarray:
    return made.session.run(None, {"input": images})[0]
