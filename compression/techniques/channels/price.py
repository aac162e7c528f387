"""What a network of other widths would cost, from a few numbers per layer: torch-free, so that a page can add up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Widths = Mapping[str, int]
"""Channels that stay, by a group's name."""


@dataclass(frozen=True)
class LayerPrice:
    """One weight: its width without the groups, what each of a group's channels adds, and what that is worth."""

    rows: int
    columns: int
    rows_of: Mapping[str, int]
    columns_of: Mapping[str, int]
    each: float
    """For each row and column: values, or multiplications."""
    each_row: float
    """For each row besides: biases and norms."""

    @property
    def groups(self) -> frozenset[str]:
        """The groups that it reads or writes."""
        return frozenset([*self.rows_of, *self.columns_of])

    def at(self, widths: Mapping[str, Any]) -> Any:
        rows = self.rows + sum(n * widths[group] for group, n in self.rows_of.items())
        columns = self.columns + sum(n * widths[group] for group, n in self.columns_of.items())
        return rows * (columns * self.each + self.each_row)


@dataclass(frozen=True)
class Price:
    """Parameters, bytes or multiply-accumulates at given widths: a `Cost` of groups whose widths multiply.

    Multiplications are those of layers; products of activations (attention's) are not counted.
    """

    layers: tuple[LayerPrice, ...]
    rest: float
    unit: str = ""

    def at(self, widths: Mapping[str, Any]) -> Any:
        return self.rest + sum(layer.at(widths) for layer in self.layers)

    def saved(
        self, choice: Mapping[str, Any], name: str, settings: Sequence[float]
    ) -> NDArray[np.float64]:
        """How much cheaper it is where one group alone has each of these widths instead."""
        changed = {**choice, name: np.array(settings, dtype=np.float64)}
        touched = (layer for layer in self.layers if name in layer.groups)
        saved: NDArray[np.float64] = sum(
            (layer.at(choice) - layer.at(changed) for layer in touched), np.zeros(len(settings))
        )
        return saved

    def coupled(self, name: str) -> Collection[str]:
        """The groups that share a layer with this one: they multiply."""
        touched = (layer.groups for layer in self.layers if name in layer.groups)
        return frozenset().union(*touched)

    def as_json(self) -> Mapping[str, Any]:
        return {"rest": self.rest, "layers": [vars(layer) for layer in self.layers]}
