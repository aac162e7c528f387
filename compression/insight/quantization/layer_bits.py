"""Bits shared out among layers for a size, on the page: totals, a solver, what quality to expect. Torch-free."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compression.errors import UsageError
from compression.techniques.shared.budget import share_out_coarsely
from compression.techniques.shared.cost_table import AdditiveCost, CostRow, CostTable


@dataclass(frozen=True)
class LayerBits:
    """Bits by layer path, the packed file's predicted length, the summed output error, the mean bits."""

    bits: dict[str, float]
    bytes: int
    error: float
    mean_bits: float


def bits_table(answer: Mapping[str, Any]) -> CostTable:
    """From the answer to ``layer_costs``: all layers at all bits, and the bytes that no choice changes."""
    bits, rows = answer["bits"], answer["layers"]
    cost_rows = (
        CostRow(row["path"], row["values"], tuple(bits[::-1]), tuple(row["errors"][::-1]))
        for row in rows
    )
    corners = {row["path"]: list(zip(bits, row["bytes"], strict=True)) for row in rows}
    return CostTable(tuple(cost_rows), {"bytes": AdditiveCost(answer["other_bytes"], corners)})


def total(table: CostTable, bits: Mapping[str, float]) -> LayerBits:
    """The size and error of a choice of bits by layer; the nearest listed bits stand for others."""
    listed = {row.name: _nearest(row, bits[row.name]) for row in table.rows}
    values = sum(row.size for row in table.rows)
    mean = sum(bits[row.name] * row.size for row in table.rows) / max(values, 1)
    return LayerBits(dict(bits), int(table.costs["bytes"].at(listed)), table.damage(listed), mean)


def uniform(table: CostTable, bits: float) -> LayerBits:
    return total(table, {row.name: bits for row in table.rows})


def nearest(table: CostTable, bits: float) -> float:
    """The listed bits that come closest."""
    return _nearest(table.rows[0], bits)


def limits(table: CostTable) -> tuple[int, int]:
    """The smallest size, and the one beyond which more bytes remove no error."""
    low, high = table.without_waste("bytes").range("bytes")
    return int(low), int(high)


def solve(table: CostTable, budget: float) -> LayerBits:
    """The bits by layer with little error in at most ``budget`` bytes; UsageError if none can be."""
    low, high = limits(table)
    if not low <= budget <= high:
        raise UsageError(
            f"{budget / 1000:.1f} kB can't be met: by its layers' bits alone this model can have "
            f"{low / 1000:.1f} to {high / 1000:.1f} kB; choose a size in between."
        )
    return total(table, share_out_coarsely(table, "bytes", budget))


def expected_quality(error: float, known: Sequence[tuple[float, float]]) -> float | None:
    """The quality to expect at a summed error, between models of the same kind that are measured.

    ``known`` holds (error, quality); linear in the error's logarithm. None beyond the largest known
    error or with fewer than two known; below the smallest, that one's quality.
    """
    points = sorted((math.log(e), quality) for e, quality in known if e > 0)
    if len(points) < 2 or error <= 0 or math.log(error) > points[-1][0]:
        return None
    at = math.log(error)
    if at <= points[0][0]:
        return points[0][1]
    (x0, y0), (x1, y1) = next(
        (a, b) for a, b in zip(points, points[1:], strict=False) if a[0] <= at <= b[0]
    )
    return y1 if x1 == x0 else y0 + (y1 - y0) * (at - x0) / (x1 - x0)


def _nearest(row: CostRow, bits: float) -> float:
    """Of two equally near the fewer."""
    return min(reversed(row.settings), key=lambda listed: abs(listed - bits))
