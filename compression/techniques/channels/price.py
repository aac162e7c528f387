"""What a network of other widths would cost, from a few numbers per layer: torch-free, so that a page can add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Widths = Mapping[str, int]
"""Channels that stay, by a group's name."""


@dataclass(frozen=True)
class Costs:
    """One weight: its width without the groups, what each of a group's channels adds, and what that is worth."""

    rows: int
    columns: int
    rows_of: Mapping[str, int]
    columns_of: Mapping[str, int]
    each: int
    """For each row and column: values, or multiplications."""
    each_row: int
    """For each row besides: biases and norms."""

    def at(self, widths: Mapping[str, Any]) -> Any:
        rows = self.rows + sum(n * widths[group] for group, n in self.rows_of.items())
        columns = self.columns + sum(n * widths[group] for group, n in self.columns_of.items())
        return rows * (columns * self.each + self.each_row)


@dataclass(frozen=True)
class Price:
    """Parameters or multiply-accumulates at given widths.

    Multiplications are those of layers; products of activations (attention's) are not counted.
    """

    layers: tuple[Costs, ...]
    rest: int
    unit: str = ""

    def at(self, widths: Mapping[str, Any]) -> Any:
        """For whole numbers or, of one group, an array of them."""
        return self.rest + sum(layer.at(widths) for layer in self.layers)
