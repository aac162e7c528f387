"""The C program, compiled by the system's compiler, answers as ONNX Runtime does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from compression.deploy.c import compiled
from compression.deploy.c.arena import Buffer, place
from compression.deploy.c.compiled import Compiled, compile_and_run
from compression.deploy.c.header import c_header
from compression.deploy.int8 import activation_ranges, quantize_onnx
from compression.deploy.onnx import export_onnx
from compression.deploy.runtime import open_session
from compression.errors import UsageError

needs_a_compiler = pytest.mark.skipif(compiled.compiler() is None, reason="there is no C compiler")


class Residual(nn.Module):
    """All that the program has in one network: strides, padding, groups, a sum, a pool and a mean."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(2, 8, 3, stride=2, padding=1)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.pointwise = nn.Conv2d(8, 8, 1)
        self.wide = nn.Conv2d(8, 12, (3, 1), stride=(1, 2), dilation=(2, 1), padding=(1, 0))
        self.fc = nn.Linear(12, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.first(x))
        x = torch.relu(x + self.pointwise(torch.relu(self.depthwise(x))))
        x = nn.functional.max_pool2d(torch.relu(self.wide(x)), 2, stride=1)
        return self.fc(x.mean((2, 3)))


class Sequence(nn.Module):
    """One-dimensional convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(3, 9, 5, stride=2, padding=2)
        self.fc = nn.Linear(9, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(torch.relu(self.conv(x)).mean(2))


def dense() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(36, 20), nn.ReLU(), nn.Linear(20, 6))


NETWORKS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "residual": (Residual, (2, 15, 12)),
    "sequence": (Sequence, (3, 31)),
    "dense": (dense, (1, 6, 6)),
}


def made(name: str) -> tuple[bytes, np.ndarray[Any, Any]]:
    torch.manual_seed(3)
    module, shape = NETWORKS[name][0]().eval(), NETWORKS[name][1]
    return export_onnx(module, shape), torch.randn(300, *shape).numpy()


def both(model: bytes, inputs: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    program = compile_and_run(c_header(model, "a test"), inputs)
    assert isinstance(program, Compiled), program
    return program.answers, open_session(model).run(None, {"input": inputs})[0]


@needs_a_compiler
@pytest.mark.parametrize("network", NETWORKS)
def test_in_floats_its_outputs_are_those_of_onnx_runtime(network: str) -> None:
    answers, expected = both(*made(network))
    assert np.allclose(answers, expected, atol=1e-5)


@needs_a_compiler
@pytest.mark.parametrize("network", NETWORKS)
def test_in_int8_its_outputs_are_those_of_onnx_runtime_up_to_ties(network: str) -> None:
    floats, inputs = made(network)
    graph = quantize_onnx(floats, activation_ranges(floats, inputs))
    assert graph.model is not None
    answers, expected = both(graph.model, inputs)
    same = np.isclose(answers, expected, atol=1e-5).all(1)
    assert same.mean() >= 0.98  # a sum in the middle between two bytes may go to the other one
    assert np.abs(answers - expected).max() < 0.05 * np.abs(expected).max()


def test_a_layer_that_it_has_not_is_named() -> None:
    with pytest.raises(UsageError, match="no Softmax layer"):
        c_header(export_onnx(nn.Sequential(nn.Linear(4, 2), nn.Softmax(-1)).eval(), (4,)), "a test")


def test_without_a_compiler_nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "COMPILERS", ())
    monkeypatch.delenv("CC", raising=False)
    assert compile_and_run("int x;", np.zeros((1, 1))) is None


@needs_a_compiler
def test_what_does_not_compile_is_said() -> None:
    assert isinstance(compile_and_run("no C at all", np.zeros((1, 1))), str)


def test_what_is_never_needed_at_once_shares_its_place() -> None:
    one, two, three = Buffer(100, 0, 1), Buffer(60, 1, 2), Buffer(90, 2, 3)
    assert place([one, two, three]) == 104 + 64
    assert one.offset == three.offset == 0 and two.offset == 104
