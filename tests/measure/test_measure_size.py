"""The five sizes, by hand."""

import numpy as np
import pytest
import torch
import zstandard
from torch import nn

from compression.measure.size import measure_sizes, zstd_length


def test_a_linear_layer_by_hand():
    sizes = measure_sizes(
        dict(nn.Linear(10, 5).state_dict()), packed=b"12345", onnx=[b"1234", b"567"]
    )
    assert sizes["parameters"].value == 55
    assert sizes["size_dense_bytes"].value == 220
    assert sizes["size_bytes"].value == 5
    assert sizes["size_onnx_bytes"].value == 7


def test_zeros_are_no_parameters_but_dense_bytes():
    sizes = measure_sizes({"weight": np.array([0.0, 1.0, -2.0, 0.0])}, packed=b"", onnx=[b""])
    assert sizes["parameters"].value == 2
    assert sizes["parameters"].note == "2 of 4 are zero"
    assert sizes["size_dense_bytes"].value == 16


@pytest.mark.parametrize("data", [b"", b"a" * 10_000, torch.randn(1000).numpy().tobytes()])
def test_the_zipped_size_is_that_of_data_which_unzips_again(data):
    level = zstandard.ZstdCompressor(level=9).compress(data)
    assert zstd_length(data) == len(level)
    assert zstandard.decompress(level) == data


def test_every_size_is_measured_in_its_unit():
    sizes = measure_sizes({"bias": np.ones(3)}, packed=b"x", onnx=[b"y"])
    assert {m.how for m in sizes.values()} == {"measured"}
    assert {name: m.unit for name, m in sizes.items() if m.unit != "bytes"} == {"parameters": "1"}
