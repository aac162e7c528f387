"""Multiply-accumulates counted in PyTorch are those of the exported file."""

from __future__ import annotations

import pytest

from compression.deploy.deploy import deploy
from compression.measure.graph import read_graph
from compression.measure.products import products_of
from compression.models.catalogue import MODELS
from compression.subjects import look_up


@pytest.mark.parametrize(
    "model", [m for m in MODELS if m.rpartition("/")[2] not in ("gru", "vit-tiny")]
)
def test_they_are_those_of_the_exported_file(model: str) -> None:
    folded = look_up(model).original.folded
    (part,) = deploy(folded).parts
    assert products_of(folded) == read_graph(part.loaded).macs == MODELS[model].macs


@pytest.mark.parametrize("model", ["watch/gru", "fashion-mnist/vit-tiny"])
def test_what_multiplies_in_another_way_is_not_counted_so(model: str) -> None:
    assert products_of(look_up(model).original.folded) is None
