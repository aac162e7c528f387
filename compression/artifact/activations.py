"""What is rounded while a model runs, in a packed file: layers' inputs, and what int8 kernels round in between."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from compression.encoding.reader import Reader, corrupt
from compression.models.compressed import ActivationFormat, Compressed

_MAX_BITS = 16
_MAX_RANGES = 10_000


def write(compressed: Compressed) -> tuple[dict[str, Any], bytes]:
    """What the header says of it, nothing where nothing is rounded; and the ranges' bytes.

    ``activations`` has rows of module number, bits, calibration and the width of the range's numbers; ``between`` is
    how many ranges in single precision follow.
    """
    contents: dict[str, Any] = {}
    rows, ranges = [], bytearray()
    numbers = {name: index for index, (name, _) in enumerate(compressed.module.named_modules())}
    for layer, number_format in compressed.activations.items():
        span = np.array([number_format.low, number_format.high], dtype="<f8")
        width = 4 if (span.astype("<f4") == span).all() else 8
        rows.append([numbers[layer], number_format.bits, number_format.calibration, width])
        ranges += span.astype(f"<f{width}").tobytes()
    if rows:
        contents["activations"] = rows
    if compressed.int8_ranges:
        contents["between"] = len(compressed.int8_ranges)
        ranges += np.array(compressed.int8_ranges, dtype="<f4").tobytes()
    return contents, bytes(ranges)


def read_formats(
    rows: list[Any], compressed: Compressed, reader: Reader
) -> dict[str, ActivationFormat]:
    """The formats of layers' inputs; ArtifactError, ValueError or TypeError if they are none."""
    names = [name for name, _ in compressed.module.named_modules()]
    formats: dict[str, ActivationFormat] = {}
    for number, bits, calibration, width in rows:
        if not 0 <= number < len(names) or not isinstance(calibration, str):
            raise ValueError("an activation belongs to no layer.")
        if not isinstance(bits, int) or not 1 <= bits <= _MAX_BITS:
            raise ValueError("an activation's bit width is out of range.")
        if width not in (4, 8):
            raise ValueError("an activation's range is neither in single nor double precision.")
        low, high = _range(reader, width)
        formats[names[number]] = ActivationFormat(bits, low, high, calibration[:40])
    return formats


def read_ranges(count: Any, reader: Reader) -> tuple[tuple[float, float], ...]:
    """The ranges between int8 layers; ArtifactError or ValueError if they are none."""
    if not isinstance(count, int) or not 0 <= count <= _MAX_RANGES:
        raise ValueError("the number of its ranges is out of bounds.")
    return tuple(_range(reader, 4) for _ in range(count))


def _range(reader: Reader, width: int) -> tuple[float, float]:
    low, high = np.frombuffer(reader.take(2 * width), dtype=f"<f{width}").tolist()
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise corrupt("an activation's range is empty")
    return low, high
