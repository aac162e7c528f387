"""How many channels of each group stay: the same share of all, or where they matter most for a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from compression.errors import UsageError
from compression.techniques.channels.groups import Group
from compression.techniques.channels.price import Price, Widths
from compression.techniques.channels.selection import Elimination
from compression.techniques.shared.budget import share_out
from compression.techniques.shared.cost_table import CostRow, CostTable

_ROUNDING = 1e-9


def uniform(groups: Sequence[Group], ratio: float) -> dict[str, int]:
    """The share ``1 - ratio`` of each group, rounded down, but at least one channel."""
    return {group.name: max(1, int(group.size * (1 - ratio) + _ROUNDING)) for group in groups}


def allowed(size: int, multiple: int) -> NDArray[np.int64]:
    """The widths that a group of this size may have, ascending: its own, and multiples where there are two."""
    step = multiple if size >= 2 * multiple else 1
    return np.append(np.arange(step, size, step), size)


def nearest(groups: Sequence[Group], widths: Widths, multiple: int) -> dict[str, int]:
    """Each width moved to the nearest that is allowed."""
    moved = {}
    for group in groups:
        counts = allowed(group.size, multiple)
        moved[group.name] = int(counts[np.abs(counts - widths[group.name]).argmin()])
    return moved


def by_error(
    eliminations: Mapping[str, Elimination],
    price: Price,
    budget: int,
    fixed: Widths,
    multiple: int = 1,
) -> dict[str, int]:
    """The widths with little error, summed over groups, that cost at most ``budget``.

    ``fixed`` groups stay as they are, others get multiples of ``multiple``, or of half of it where the budget allows
    for none.
    """
    table = _table(eliminations, price, fixed, multiple)
    if table.range(price.unit)[0] > budget:
        if multiple > 1:
            return by_error(eliminations, price, budget, fixed, multiple // 2)
        raise UsageError(
            f"The widths that are set leave no way to {budget:,} {price.unit}, which is what this ratio asks for: "
            "set smaller ones or a smaller ratio."
        )
    return {name: int(width) for name, width in share_out(table, price.unit, budget).items()}


def _table(
    eliminations: Mapping[str, Elimination], price: Price, fixed: Widths, multiple: int
) -> CostTable:
    rows = []
    for name, elimination in eliminations.items():
        size, error = len(elimination.order), elimination.error
        counts = allowed(size, multiple)[::-1].tolist()
        widths = [fixed[name]] if name in fixed else counts
        damage = tuple(float(error[size - width]) for width in widths)
        rows.append(CostRow(name, size, tuple(widths), damage))
    return CostTable(tuple(rows), {price.unit: price})
