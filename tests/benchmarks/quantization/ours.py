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
FOR_ALL_SEEDS = (DEFAULT, "adaround + bias")
"""What is compared; the others with the first seed only."""
WITHOUT_IMAGES = ("nearest", "mse", "hqq (zero points)")


def rows(setting: Setting) -> Iterator[Row]:
    """Every method on one model."""
    for method in METHODS if setting.seed == SEEDS[0] else FOR_ALL_SEEDS:
        drawn = None if method in WITHOUT_IMAGES else setting.seed
        for bits in (*BITS, 1.58, 1) if method == DEFAULT else BITS:
            yield replace(_bits(setting, method, bits), seed=drawn)


def default_rows(setting: Setting) -> Iterator[Row]:
    yield from (_bits(setting, DEFAULT, bits) for bits in BITS)


def activation_rows(setting: Setting) -> Iterator[Row]:
    for bits, activations in WIDTHS:
        steps = [f"quantize:bits={bits},activations={activations}"]
        yield measured(setting, "activations", DEFAULT, named(bits, activations), steps)


def warm_up(setting: Setting) -> None:
    """Not counted: whatever is only set up once."""
    _bits(setting, DEFAULT, 5)


def _bits(setting: Setting, method: str, bits: float) -> Row:
    steps = [f"quantize:bits={bits},{METHODS[method]}"]
    return measured(setting, "bits", method, f"{bits:g} bits", steps)
