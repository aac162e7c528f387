"""Our defaults: weights and channels without labels, and the packed files of channels and bits together."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.ours import measured
from tests.benchmarks.setting import Setting
from tests.benchmarks.table import Row

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
        for method, repair in (("joint (default)", ""), ("refit", ",repair=refit")):
            steps = [f"prune:sparsity={sparsity}{repair}"]
            yield measured(setting, "weights", method, zeros(sparsity), steps)
    for ratio in RATIOS:
        for method, options in (
            ("refit (default)", ""),
            ("refit, equal shares", ",allocation=uniform"),
        ):
            steps = [f"prune-channels:ratio={ratio}{options}"]
            yield measured(setting, "channels", method, fewer(ratio), steps)
    for ratio, bits in FRONT:
        steps = [f"prune-channels:ratio={ratio}"] if ratio else []
        steps.append(f"quantize:bits={bits},{MIXED}")
        yield measured(setting, "bytes", "without labels", in_bits(ratio, bits), steps)


def learned_rows(setting: Setting) -> Iterator[Row]:
    """The same after some seconds of learning the original's answers for 4,000 unlabelled images."""
    for ratio in RATIOS:
        for method, options in (("distil", ""), ("distil, equal shares", ",allocation=uniform")):
            steps = [f"prune-channels:ratio={ratio},repair=distil{options}"]
            yield measured(setting, "channels", method, fewer(ratio), steps)
    for ratio, bits in LEARNED_FRONT:
        steps = [f"prune-channels:ratio={ratio},repair=distil", f"quantize:bits={bits},{MIXED}"]
        yield measured(setting, "bytes", "self-distilled", in_bits(ratio, bits), steps)


def zeros(sparsity: float) -> str:
    return f"{sparsity:.0%} zeros"


def fewer(ratio: float) -> str:
    return f"{ratio:.0%} fewer"


def in_bits(ratio: float, bits: float) -> str:
    return f"{ratio:.0%} fewer channels, {bits:g} bits"
