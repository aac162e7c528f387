"""Our methods: weights only, a scale per channel, all layers."""

from __future__ import annotations

from collections.abc import Iterator

from compression import artifact, pipeline
from compression.recipe import Recipe
from compression.techniques.shared import layerwise
from tests.benchmarks.quantization.setting import Setting, timed
from tests.benchmarks.quantization.table import Row

TOOL = "ours"
BITS = (8, 4, 3, 2)
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


def rows(setting: Setting) -> Iterator[Row]:
    """Every method on one model."""
    for method in METHODS:
        measured(setting, method, 5)  # not counted: whatever is only set up once
        for bits in (*BITS, 1.58, 1) if method == DEFAULT else BITS:
            yield measured(setting, method, bits)


def default_rows(setting: Setting) -> Iterator[Row]:
    measured(setting, DEFAULT, 5)
    for bits in BITS:
        yield measured(setting, DEFAULT, bits)


def original(setting: Setting) -> Row:
    packed = pipeline.packed(setting.subject, Recipe(model=setting.model_id))
    accuracy = setting.accuracy(setting.module())
    return Row(setting.model_id, TOOL, "original", 32, accuracy, 0.0, bytes=len(packed))


def measured(setting: Setting, method: str, bits: float) -> Row:
    """One row, compressed twice: with nothing remembered about the layers' outputs, and again.

    Its accuracy is that of the packed file, read back from its bytes alone.
    """
    recipe = Recipe.build(setting.model_id, [f"quantize:bits={bits},{METHODS[method]}"])
    layerwise._OUTPUTS.forget()
    pipeline._STEPS.forget()
    compressed, cold = timed(lambda: pipeline.compress(setting.subject, recipe))
    pipeline._STEPS.forget()
    _, warm = timed(lambda: pipeline.compress(setting.subject, recipe))
    file = artifact.pack(compressed, recipe).data
    accuracy = setting.accuracy(artifact.unpack(file)[0].module)
    return Row(setting.model_id, TOOL, method, bits, accuracy, cold, warm, len(file))
