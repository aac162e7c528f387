"""Our methods: a scale per channel, all layers; weights alone, and with activations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.benchmarks.ours import measured
from tests.benchmarks.quantization.widths import BITS, WIDTHS, named
from tests.benchmarks.setting import SEEDS, Setting
from tests.benchmarks.table import Row

METHODS = {
    "nearest": "method=nearest,bias=kept",
    "mse": "method=mse,bias=kept",
    "hqq (zero points)": "method=hqq,bias=kept",
    "hqq (zero points) + bias": "method=hqq",
    "adaround + bias": "method=adaround",
    "gptq": "method=gptq,bias=kept",
    "gptq + bias": "method=gptq",
    "refit + bias (default)": "method=refit",
}
DEFAULT = "refit + bias (default)"
WITHOUT_IMAGES = ("nearest", "mse", "hqq (zero points)")


def rows(setting: Setting) -> Iterator[Row]:
    """Every method on one model; what looks at no image only once."""
    for method in METHODS:
        if method not in WITHOUT_IMAGES:
            yield from method_rows(setting, method)
        elif setting.seed == SEEDS[0]:
            yield from (replace(row, seed=None) for row in method_rows(setting, method))


def method_rows(setting: Setting, method: str = DEFAULT) -> Iterator[Row]:
    _bits(setting, method, 5)  # not counted: whatever is only set up once
    for bits in (*BITS, 1.58, 1) if method == DEFAULT else BITS:
        yield _bits(setting, method, bits)


def activation_rows(setting: Setting) -> Iterator[Row]:
    for bits, activations in WIDTHS:
        steps = [f"quantize:bits={bits},activations={activations}"]
        yield measured(setting, "activations", DEFAULT, named(bits, activations), steps)


def _bits(setting: Setting, method: str, bits: float) -> Row:
    steps = [f"quantize:bits={bits},{METHODS[method]}"]
    return measured(setting, "bits", method, f"{bits:g} bits", steps)
