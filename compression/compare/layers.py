"""The stored tensors of several points side by side: bits, zeros, width and bytes of each layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compression.point import Point, StoredTensor

WEIGHT = ".weight"


@dataclass(frozen=True)
class Cell:
    """One layer in one point's file."""

    bits: float
    sparsity: float
    width: int
    """Outputs of the layer."""
    bytes: int
    """Of all its tensors."""


@dataclass(frozen=True)
class LayerRow:
    """One layer by its name; None where a point's network has none of this name."""

    name: str
    cells: tuple[Cell | None, ...]

    @property
    def differs(self) -> bool:
        return any(cell != self.cells[0] for cell in self.cells[1:])

    @property
    def moved(self) -> int:
        """Bytes between the smallest and the largest; one that is missing takes none."""
        sizes = [cell.bytes if cell else 0 for cell in self.cells]
        return max(sizes) - min(sizes)


def layer_rows(points: Sequence[Point]) -> tuple[LayerRow, ...]:
    """In the order of the first network that has each; empty where no point tells of its layers."""
    cells = [_cells(point.layers) for point in points]
    names = dict.fromkeys(name for each in cells for name in each)
    return tuple(LayerRow(name, tuple(each.get(name) for each in cells)) for name in names)


def _cells(tensors: Sequence[StoredTensor]) -> dict[str, Cell]:
    by_layer: dict[str, list[StoredTensor]] = {}
    for tensor in tensors:
        by_layer.setdefault(tensor.name.rpartition(".")[0] or tensor.name, []).append(tensor)
    return {name: _cell(parts) for name, parts in by_layer.items()}


def _cell(parts: Sequence[StoredTensor]) -> Cell:
    """Bits and zeros are those of its largest tensor, its weights."""
    main = max(parts, key=lambda part: (part.values, part.name.endswith(WEIGHT)))
    return Cell(
        bits=main.bits,
        sparsity=1 - main.nonzero / main.values if main.values else 0.0,
        width=main.shape[0] if main.shape else 1,
        bytes=sum(part.bytes for part in parts),
    )
