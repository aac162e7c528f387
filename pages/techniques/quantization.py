"""What do fewer bits per weight cost?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compression.techniques.quantization.knobs import Quantize
from pages.techniques.face import Face, Presets, Sign


def _float(exponent: int, mantissa: int, *, shared: bool = False) -> Mapping[str, Any]:
    scales = {"group": 32, "scales": "power-of-two"} if shared else {"group": 0, "scales": "free"}
    return {"exponent": exponent, "mantissa": mantissa, **scales}


FACE = Face(
    step=Quantize,
    address="quantization",
    icon="grid_4x4",
    sign=Sign("quantization", "circle", light="#0072b2", dark="#3d9fdb"),
    presets=Presets(
        before="exponent",
        label="Known formats",
        help="IEEE half precision and bfloat16, 8-, 6- and 4-bit floats (E: exponent bits, M: mantissa "
        "bits), and the OCP Microscaling formats, in which 32 weights share a power-of-two scale.",
        chips={
            "fp16": _float(5, 10), "bf16": _float(8, 7),
            "E4M3": _float(4, 3), "E5M2": _float(5, 2),
            "fp6": _float(3, 2), "fp4": _float(2, 1),
            "MXFP8": _float(4, 3, shared=True), "MXFP6": _float(3, 2, shared=True),
            "MXFP4": _float(2, 1, shared=True),
        },
    ),
    panels={
        "Number line": "pages.parts.panels.quantization.number_line:number_line",
        "Bits by layer": "pages.parts.panels.quantization.layer_bits:layer_bits",
        "Sensitivity": "pages.parts.panels.quantization.sensitivity:sensitivity",
        "Runtimes": "pages.parts.panels.common.runtimes:runtimes",
    },
)  # fmt: skip
