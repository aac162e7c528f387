"""How large a model is, in five numbers, since "size" means a different one to everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from compression.point import Measurement

ZSTD_LEVEL = 9
"""5 ms for 320 kB; level 19 would take 35-110 ms to save another 0-6 %."""


def measure_sizes(
    tensors: Mapping[str, Any], *, packed: bytes, onnx: Sequence[bytes]
) -> dict[str, Measurement]:
    """The five sizes of a model from its tensors (arrays, or tensors without gradient), packed file and ONNX files.

    `parameters` leaves out exact zeros, the same way for every model: pruned weights vanish from it, and so do
    weights that quantization rounded to zero. Trained weights are never exactly zero, so an original keeps them all.
    """
    arrays = [np.asarray(tensor) for tensor in tensors.values()]
    total = sum(array.size for array in arrays)
    kept = sum(int(np.count_nonzero(array)) for array in arrays)
    return {
        "parameters": _exact(
            kept, "1", note=f"{total - kept} of {total} are zero" if kept < total else ""
        ),
        "size_dense_bytes": _exact(4 * total),
        "size_bytes": _exact(len(packed)),
        "size_zstd_bytes": _exact(zstd_length(packed), note=f"zstd level {ZSTD_LEVEL}"),
        "size_onnx_bytes": _exact(sum(map(len, onnx))),
    }


def zstd_length(data: bytes) -> int:
    """The length of the data after zstd, a general compressor."""
    import zstandard

    return len(zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(data))


def _exact(value: int, unit: str = "bytes", note: str = "") -> Measurement:
    return Measurement(value=value, unit=unit, how="measured", note=note)
