"""Our defaults: weights and channels without labels, and the packed files of channels and bits together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compression import artifact, pipeline
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.channels import prune_channels, reconstruct
from compression.techniques.quantization import bit_shares
from compression.techniques.shared import layerwise
from tests.benchmarks.pruning.table import Row
from tests.benchmarks.quantization.setting import Setting, timed

SPARSITIES = (0.5, 0.7, 0.8, 0.9)
RATIOS = (0.3, 0.5, 0.7)
MIXED = "allocation=error"
FRONT = (
    (0, 8), (0, 4), (0, 3), (0, 2), (0.1, 2), (0.2, 2), (0.28, 2), (0.33, 1.58), (0.4, 1.58), (0.45, 1.58), (0.55, 2),
)  # fmt: skip
"""Channels removed and mean bits; those at 20, 30 and 40 times smaller were chosen on validation images."""
LEARNED_FRONT = ((0.2, 2), (0.38, 2), (0.45, 2), (0.6, 2))
"""The same after self-distillation."""


def rows(setting: Setting) -> Iterator[Row]:
    """Everything that trains nothing."""
    measured(setting, "weights", "", "warm up", ["prune:sparsity=0.6"])  # not counted: set up once
    for sparsity in SPARSITIES:
        steps = [f"prune:sparsity={sparsity}"]
        yield measured(setting, "weights", "refit (default)", f"{sparsity:.0%} zeros", steps)
    for ratio in RATIOS:
        steps = [f"prune-channels:ratio={ratio}"]
        yield measured(setting, "channels", "refit (default)", f"{ratio:.0%} fewer", steps)
    for ratio, bits in FRONT:
        steps = [f"prune-channels:ratio={ratio}"] if ratio else []
        steps.append(f"quantize:bits={bits},{MIXED}")
        yield measured(setting, "bytes", "without labels", _named(ratio, bits), steps)


def learned_rows(setting: Setting) -> Iterator[Row]:
    """The same after some seconds of learning the original's answers for unlabelled images."""
    for ratio in RATIOS:
        steps = [f"prune-channels:ratio={ratio},repair=distil"]
        yield measured(setting, "channels", "distil", f"{ratio:.0%} fewer", steps)
    for ratio, bits in LEARNED_FRONT:
        steps = [f"prune-channels:ratio={ratio},repair=distil", f"quantize:bits={bits},{MIXED}"]
        yield measured(setting, "bytes", "self-distilled", _named(ratio, bits), steps)


def _named(ratio: float, bits: float) -> str:
    return f"{ratio:.0%} fewer channels, {bits:g} bits"


def measured(setting: Setting, part: str, method: str, name: str, steps: Sequence[str]) -> Row:
    """One row, with nothing remembered; judged by the packed file, read back from its bytes alone."""
    recipe = Recipe.build(setting.model_id, list(steps))
    for known in (
        pipeline._STEPS, layerwise._OUTPUTS, layerwise._STATISTICS, bit_shares._ROWS,
        prune_channels._ELIMINATIONS, prune_channels._GROUPS, reconstruct._TARGETS,
    ):  # fmt: skip
        known.forget()
    compressed, seconds = timed(lambda: pipeline.compress(look_up(recipe.model), recipe))
    file = artifact.pack(compressed, recipe).data
    module = artifact.unpack(file)[0].module.eval()
    count = sum(parameter.numel() for parameter in module.parameters())
    return Row(part, "ours", method, name, setting.accuracy_of(module), seconds, count, len(file))
