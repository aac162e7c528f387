"""What may be said of a figure against the first point's."""

from __future__ import annotations

import pytest

from compression.compare.figures import verdict
from compression.compare.layers import layer_rows
from compression.point import METRICS, StoredTensor
from tests.measured import a_measured

FIRST = a_measured(accuracy=0.9, size_bytes=1000.0, spread=0.01)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("accuracy", 0.8, "worse"),
        ("accuracy", 0.95, "better"),
        ("accuracy", 0.901, "alike"),
        ("size_bytes", 500.0, "better"),
        ("size_bytes", 1001.0, "worse"),
        ("size_bytes", 1000.0, "same"),
        ("energy_mj", 1.0, "unknown"),
    ],
)
def test_better_is_only_what_the_interval_leaves(field: str, value: float, expected: str) -> None:
    other = a_measured("quantize", spread=0.01, **{field: value})
    assert verdict(METRICS[field], other, FIRST) == expected


def test_a_share_without_an_interval_is_not_called_better() -> None:
    bare = a_measured("quantize", accuracy=0.95)
    bare = bare.model_copy(update={"measurements": {
        "accuracy": bare.measurements["accuracy"].model_copy(update={"low": None, "high": None})}})  # fmt: skip
    assert verdict(METRICS["accuracy"], bare, FIRST) == "unsure"


def tensor(name: str, bits: float, nonzero: int, size: int) -> StoredTensor:
    return StoredTensor(
        name=name, shape=(4, 8), values=32, nonzero=nonzero, bits=bits, layout="dense", bytes=size
    )


def test_layers_are_joined_by_name_with_all_their_tensors_bytes() -> None:
    tensors = (tensor("a.weight", 32, 32, 128), tensor("b.weight", 32, 8, 128))
    first = FIRST.model_copy(update={"layers": tensors})
    other = FIRST.model_copy(update={"layers": (tensor("a.weight", 4, 32, 16),)})
    a, b = layer_rows((first, other))
    assert [cell.bits for cell in a.cells if cell] == [32, 4] and a.moved == 112
    assert b.cells[1] is None and b.cells[0] is not None and b.cells[0].sparsity == 0.75
