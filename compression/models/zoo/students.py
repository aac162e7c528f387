"""The students themselves: small networks for any data set's inputs, named in `student_cards.py`."""

from __future__ import annotations

import math

import torch
from torch import nn

from compression.models.positive_norm import PositiveNorm
from compression.models.student_cards import Convolution, Student, convolutions, fitting
from datasets import DatasetCard


def build_student(name: str, data: DatasetCard) -> nn.Module:
    """An untrained student: float32 [N, *input_shape] in, logits [N, classes] out.

    UsageError where there is none of that name, or it can't read such inputs.
    """
    student = fitting(name, data)
    return _FAMILIES[student.family](student, data.input_shape, len(data.classes))


class ConvolutionalStudent(nn.Module):
    """Convolutions with batch norm and ReLU, the mean over the last map, one dense layer."""

    def __init__(self, student: Student, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        axes = len(shape) - 1
        self.places = tuple(range(2, 2 + axes))
        self.layers = nn.Sequential(
            *(
                _separable(layer, axes)
                if student.family == "dscnn" and index
                else _normalised(layer, axes)
                for index, layer in enumerate(convolutions(student, shape))
            )
        )
        self.fc = nn.Linear(student.widths[-1], classes)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.fc(self.layers(inputs).mean(self.places))


class PlainStudent(nn.Module):
    """Convolutions at full resolution, max-pooled between stages, the mean over the last map, one dense layer.

    On small images it does better than strides and shortcuts at equal cost.
    """

    def __init__(self, student: Student, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*map(PooledLayer, convolutions(student, shape)))
        self.fc = nn.Linear(student.widths[-1], classes)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.fc(self.layers(inputs).mean((2, 3)))


class PooledLayer(nn.Module):
    """A convolution, max-pooling where there is one, batch norm, ReLU: three quarters of what norms cost is saved."""

    def __init__(self, layer: Convolution) -> None:
        super().__init__()
        self.conv = nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, padding=1, bias=False)
        self.bn = PositiveNorm(layer.outputs)
        self.pool = nn.MaxPool2d(2, ceil_mode=True) if layer.pooled else nn.Identity()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.bn(self.pool(self.conv(inputs))))


class DenseStudent(nn.Module):
    """Dense layers with batch norm and ReLU."""

    def __init__(self, student: Student, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        sizes = (math.prod(shape), *student.widths)
        self.layers = nn.Sequential(
            *(
                nn.Sequential(nn.Linear(a, b, bias=False), nn.BatchNorm1d(b), nn.ReLU())
                for a, b in zip(sizes, sizes[1:], strict=False)
            )
        )
        self.fc = nn.Linear(sizes[-1], classes)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.fc(self.layers(inputs.flatten(1)))


class RecurrentStudent(nn.Module):
    """A gated recurrent unit over time, from the mean of its states."""

    def __init__(self, student: Student, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        self.gru = nn.GRU(shape[0], student.width, batch_first=True)
        self.fc = nn.Linear(student.width, classes)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        states, _ = self.gru(inputs.transpose(1, 2))
        return self.fc(states.mean(1))


def _normalised(layer: Convolution, axes: int) -> nn.Module:
    """A convolution over one axis or two, its batch norm, ReLU."""
    return nn.Sequential(
        _convolution(axes, layer.inputs, layer.outputs, layer.kernel, layer.stride),
        _norm(axes, layer.outputs),
        nn.ReLU(),
    )


def _separable(layer: Convolution, axes: int) -> nn.Module:
    """A convolution within each channel, then one across channels."""
    return nn.Sequential(
        _convolution(axes, layer.inputs, layer.inputs, layer.kernel, layer.stride, layer.inputs),
        _norm(axes, layer.inputs),
        nn.ReLU(),
        _convolution(axes, layer.inputs, layer.outputs, 1, 1),
        _norm(axes, layer.outputs),
        nn.ReLU(),
    )


def _convolution(
    axes: int, inputs: int, outputs: int, kernel: int, stride: int, groups: int = 1
) -> nn.Module:
    kind = nn.Conv1d if axes == 1 else nn.Conv2d
    padding = kernel // 2
    return kind(inputs, outputs, kernel, stride, padding=padding, groups=groups, bias=False)


def _norm(axes: int, channels: int) -> nn.Module:
    return nn.BatchNorm1d(channels) if axes == 1 else nn.BatchNorm2d(channels)


_FAMILIES = {
    "cnn": ConvolutionalStudent,
    "dscnn": ConvolutionalStudent,
    "mlp": DenseStudent,
    "gru": RecurrentStudent,
    "plain": PlainStudent,
}
