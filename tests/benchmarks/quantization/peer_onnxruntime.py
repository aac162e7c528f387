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

from tests.benchmarks.quantization.setting import Setting, timed
from tests.benchmarks.quantization.table import Row

METHODS = {
    "static, minmax": CalibrationMethod.MinMax,
    "static, entropy": CalibrationMethod.Entropy,
}


def rows(setting: Setting) -> Iterator[Row]:
    quantized(setting, CalibrationMethod.MinMax)  # not counted: whatever is only set up once
    for method, calibration in METHODS.items():
        file, seconds = timed(lambda calibration=calibration: quantized(setting, calibration))
        yield Row(
            setting.model_id,
            "ONNX Runtime",
            method,
            8,
            setting.accuracy(file),
            seconds,
            bytes=len(file),
            note="activations in 8 bits too",
        )


def quantized(setting: Setting, calibration: CalibrationMethod) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        before.write_bytes(setting.file)
        quantize_static(
            before,
            after,
            _Batches(setting.images),
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
