"""NNCF on OpenVINO: int8 quantization with calibration, and weight compression, which is meant for matrix products."""

from __future__ import annotations

import logging
import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nncf
import openvino as ov
from nncf import CompressWeightsMode as Mode

from tests.benchmarks.quantization.widths import named
from tests.benchmarks.setting import SEEDS, Setting, timed
from tests.benchmarks.table import Row

TOOL = "NNCF + OpenVINO"
WEIGHTS = {8: Mode.INT8_SYM, 4: Mode.INT4_SYM, 3: Mode.INT3_SYM, 2: Mode.INT2_SYM}
FLOATS = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}


def rows(setting: Setting) -> Iterator[Row]:
    """Weights alone, for which it looks at no image: only once."""
    if setting.seed != SEEDS[0]:
        return
    nncf.set_log_level(logging.ERROR)
    weights_compressed(setting, Mode.INT8_SYM)  # not counted: whatever is only set up once
    for bits, mode in WEIGHTS.items():
        model, seconds = timed(lambda mode=mode: weights_compressed(setting, mode))
        yield Row(
            "bits", setting.model_id, TOOL, "compress_weights", f"{bits} bits",
            accuracy_of(setting, model), seconds, bytes=saved_bytes(model), note=stored(model),
        )  # fmt: skip


def activation_rows(setting: Setting) -> Iterator[Row]:
    nncf.set_log_level(logging.ERROR)
    quantized(setting, fast_bias_correction=True)
    for method, fast in (("quantize, fast bias correction", True), ("quantize, accurate", False)):
        model, seconds = timed(lambda fast=fast: quantized(setting, fast_bias_correction=fast))
        yield Row(
            "activations", setting.model_id, TOOL, method, named(8, 8), accuracy_of(setting, model),
            seconds, setting.seed, saved_bytes(model), note=f"int8 kernels; {stored(model)}",
        )  # fmt: skip


def quantized(setting: Setting, *, fast_bias_correction: bool) -> ov.Model:
    single = nncf.Dataset(list(setting.images[:, None]))
    return nncf.quantize(
        loaded(setting),
        single,
        subset_size=len(setting.images),
        fast_bias_correction=fast_bias_correction,
    )


def weights_compressed(setting: Setting, mode: Mode) -> ov.Model:
    """All layers, a scale per channel; INT8 takes no such settings, since it always does so."""
    settings = {} if mode is Mode.INT8_SYM else {"all_layers": True, "group_size": -1, "ratio": 1}
    return nncf.compress_weights(loaded(setting), mode=mode, **settings)


def loaded(setting: Setting) -> ov.Model:
    return ov.Core().read_model(setting.file)


def accuracy_of(setting: Setting, model: ov.Model) -> float:
    compiled = ov.Core().compile_model(model, "CPU", FLOATS)
    return setting.accuracy_by(lambda images: compiled(images)[0])


def stored(model: ov.Model) -> str:
    """How many values of layers' weights are stored in which type."""
    found: Counter[str] = Counter()
    for node in model.get_ops():
        shape = list(node.shape) if node.get_type_name() == "Constant" else []
        if len(shape) > 1 and math.prod(shape) > max(shape):  # neither scales nor biases
            found[node.get_element_type().get_type_name()] += math.prod(shape)
    return ", ".join(f"{count:,} {kind}" for kind, count in found.most_common())


def saved_bytes(model: ov.Model) -> int:
    """Of the weights and of the XML file that describes the graph."""
    with tempfile.TemporaryDirectory() as folder:
        ov.save_model(model, Path(folder) / "model.xml", compress_to_fp16=False)
        return sum(file.stat().st_size for file in Path(folder).iterdir())
