"""Our own steps as a row: nothing remembered, judged by the packed file, read back from its bytes alone."""

from __future__ import annotations

from collections.abc import Sequence

from compression import artifact, pipeline
from compression.models.compressed import Compressed
from compression.models.rounded_activations import rounding
from compression.recipe import Recipe
from compression.techniques.channels import prune_channels, reconstruct
from compression.techniques.quantization import bit_shares
from compression.techniques.shared import layerwise
from tests.benchmarks.setting import Setting, parameters_of, timed
from tests.benchmarks.table import Row

TOOL = "ours"
KNOWN = (
    pipeline._STEPS, layerwise._OUTPUTS, layerwise._STATISTICS, bit_shares._ROWS,
    prune_channels._ELIMINATIONS, prune_channels._GROUPS, reconstruct._TARGETS,
)  # fmt: skip


def measured(setting: Setting, part: str, method: str, name: str, steps: Sequence[str]) -> Row:
    recipe = Recipe.build(setting.model_id, list(steps), seed=setting.seed)
    forget()
    compressed, seconds = timed(lambda: pipeline.compress(setting.subject, recipe))
    file = artifact.pack(compressed, recipe).data
    unpacked = artifact.unpack(file)[0]
    return Row(
        part, setting.model_id, TOOL, method, name, _accuracy(setting, unpacked), seconds, setting.seed, len(file),
        parameters_of(unpacked.module),
    )  # fmt: skip


def forget() -> None:
    """All that earlier rows have found out."""
    for known in KNOWN:
        known.forget()


def original(setting: Setting, part: str) -> Row:
    """The model as it was trained."""
    recipe = Recipe(model=setting.model_id)
    module, size = setting.trained(), len(pipeline.packed(setting.subject, recipe))
    accuracy, count = setting.accuracy(module), parameters_of(module)
    return Row(part, setting.model_id, "original", "", "", accuracy, 0.0, None, size, count)


def _accuracy(setting: Setting, unpacked: Compressed) -> float:
    if unpacked.activations:
        return setting.simulated_accuracy(rounding(unpacked).eval())
    return setting.accuracy(unpacked.module)
