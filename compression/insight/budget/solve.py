"""Sparsities of layers, or widths of groups of channels, for a budget that is set on the page. Torch-free.

Damages of parts that are pruned alone add up nearly enough: on ResNet-8 their sum is 0.8 times the divergence of the
answers at 70 % zeros, on LeNet-5 0.9 to 1.3 times it from 70 to 95 %.
"""

from __future__ import annotations

import numpy as np

from compression.errors import UsageError
from compression.techniques.shared.budget import SLACK, share_out
from compression.techniques.shared.cost_table import CostTable, Setting


def solve(table: CostTable, metric: str, budget: float) -> dict[str, Setting]:
    """The choice with little risk that costs at most ``budget``; UsageError if none does."""
    low, high = table.range(metric)
    if not low - SLACK <= budget < np.inf:
        unit = UNITS[metric]
        raise UsageError(
            f"{unit(budget)} can't be met: by this alone the model can have {unit(low)} "
            f"to {unit(high)}; choose a number in between."
        )
    return share_out(table, metric, budget)


def by_damage(table: CostTable, taken: float) -> list[str]:
    """The parts, from the one that minds least to the one that minds most when each alone loses that share."""
    damages = []
    for row in table.rows:
        setting = taken if row.settings[0] == 0 else row.size * (1 - taken)
        damages.append((row.damage[row.place(setting)], row.name))
    return [name for _, name in sorted(damages)]


def kilo(value: float) -> str:
    return f"{value / 1000:,.1f}"


UNITS = {
    "bytes": lambda value: f"{kilo(value)} kB",
    "parameters": lambda value: f"{kilo(value)} thousand parameters",
    "macs": lambda value: f"{kilo(value)} thousand multiply-adds",
}
