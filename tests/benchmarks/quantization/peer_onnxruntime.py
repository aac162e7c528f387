"""ONNX Runtime's static quantization: 8 bits for weights and activations together; it has no fewer for convolutions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from tests.benchmarks.quantization.widths import named
from tests.benchmarks.setting import Setting, timed
from tests.benchmarks.table import Row

TOOL = "ONNX Runtime"
METHODS = {
    "static, minmax": CalibrationMethod.MinMax,
    "static, entropy": CalibrationMethod.Entropy,
}


def activation_rows(setting: Setting) -> Iterator[Row]:
    quantized(setting.file, setting.images, CalibrationMethod.MinMax)  # not counted: set up once
    for method, calibration in METHODS.items():
        file, seconds = timed(lambda c=calibration: quantized(setting.file, setting.images, c))
        yield Row(
            "activations", setting.model_id, TOOL, method, named(8, 8), setting.accuracy(file),
            seconds, setting.seed, len(file), note="int8 kernels; the file holds the graph",
        )  # fmt: skip


def quantized(file: bytes, images: np.ndarray, calibration: CalibrationMethod) -> bytes:
    """The int8 file of a float one."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        before.write_bytes(file)
        quantize_static(
            before,
            after,
            _Batches(images),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            calibrate_method=calibration,
        )
        return after.read_bytes()


class _Batches(CalibrationDataReader):
    def __init__(self, images: np.ndarray) -> None:
        self.batches = iter(np.split(images, 8))

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {"input": batch}
