"""A float ONNX file as one that computes in 8-bit integers: QDQ form, which ONNX Runtime turns into its int8 kernels.

Activations are unsigned with one scale per tensor, weights signed with one per output channel, biases int32: the
form its fastest kernels want. On x86 without VNNI these may saturate, so the deployed accuracy is always measured.
Our own writer rather than `onnxruntime.quantization`: it keeps the integers of weights that lie on a grid already,
and takes 2 ms (ranges 15) where `quantize_static` takes 80.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from compression.deploy.int8_plan import Int8Plan, plan_int8
from compression.deploy.pooling import with_global_pools
from compression.deploy.runtime import run_exposed
from compression.models.compressed import ActivationFormat

Array = np.ndarray[Any, np.dtype[Any]]
Ranges = Mapping[str, tuple[float, float]]

_LARGEST_BIAS = 2.0**30
"""Half of what 32 bits hold: the other half is for the products, of up to 32,000 inputs."""


@dataclass(frozen=True)
class Int8Graph:
    """The file and the kinds of nodes that compute in integers in it; no file, but a reason, where none can.

    `float_layers` are layers left in floats, where int8 kernels are slower.
    """

    model: bytes | None
    quantized: tuple[str, ...] = ()
    float_layers: tuple[str, ...] = ()
    reason: str = ""


def extremes(values: Array) -> tuple[float, float]:
    """The smallest and the largest value."""
    return float(values.min()), float(values.max())


def activation_ranges(
    model: bytes,
    calibration: Array,
    *,
    choose: Callable[[Array], tuple[float, float]] = extremes,
    known: Ranges = MappingProxyType({}),
) -> dict[str, tuple[float, float]]:
    """The range of each activation to be quantized over inputs [N, *input_shape], but for those known already.

    Tensor names are those of the architecture, so the ranges fit every file made from the same template.
    """
    graph = with_global_pools(onnx.load_from_string(model))
    names = [name for name in plan_int8(graph).measured if name not in known]
    values = run_exposed(graph, calibration, names) if names else {}
    return {**known, **{name: choose(value) for name, value in values.items()}}


def rounded_between(model: bytes, known: Ranges) -> tuple[str, ...]:
    """The tensors that int8 kernels round besides those whose range is known, in the graph's order."""
    plan = plan_int8(with_global_pools(onnx.load_from_string(model)))
    return tuple(name for name in plan.measured if name not in known)


def layer_ranges(
    model: bytes, activations: Mapping[str, ActivationFormat]
) -> dict[str, tuple[float, float]]:
    """The calibrated ranges of the layers' inputs, by layer path, as the ranges of the file's tensors.

    Pooling and reshaping commute with rounding: the tensor before them takes the range of the input behind.
    """
    plan = plan_int8(with_global_pools(onnx.load_from_string(model)))
    ranges: dict[str, tuple[float, float]] = {}
    for layer in [*plan.layers.values(), *plan.float_layers.values()]:
        number_format = activations.get(layer.path)
        if number_format is not None:
            ranges.setdefault(plan.params_of[layer.input], (number_format.low, number_format.high))
    return ranges


def quantize_onnx(
    model: bytes, ranges: Ranges, *, scales: Mapping[str, Array] | None = None
) -> Int8Graph:
    """The int8 form of a float file, its activations rounded within the given ranges.

    `scales` gives, for weights that are already whole multiples of a step, that step: one per output channel, or one
    for all. They keep exactly their integers where these lie in -128..127; other weights span -127..127.
    """
    graph = with_global_pools(onnx.load_from_string(model))
    plan = plan_int8(graph)
    if plan.obstacle:
        return Int8Graph(None, reason=plan.obstacle)
    if missing := [name for name in plan.measured if name not in ranges]:
        raise ValueError(
            f"No range is given for {missing[0]}: take activation_ranges of this architecture."
        )
    if not all(np.isfinite(ranges[name]).all() for name in plan.measured):
        return Int8Graph(None, reason="Its activations are not finite.")
    return Int8Graph(
        model=_Writer(graph, plan, ranges, scales or {}).write(),
        quantized=plan.quantized_ops,
        float_layers=tuple(layer.path for layer in plan.float_layers.values()),
    )


class _Writer:
    """Writes one file: each planned tensor gets a QuantizeLinear and a DequantizeLinear, each weight integers."""

    def __init__(
        self, model: onnx.ModelProto, plan: Int8Plan, ranges: Ranges, scales: Mapping[str, Array]
    ) -> None:
        self.source, self.plan, self.ranges, self.scales = model, plan, ranges, scales
        self.weights = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
        self.nodes: list[onnx.NodeProto] = []
        self.added: dict[str, Array] = {}

    def write(self) -> bytes:
        for tensor in self.source.graph.input:
            self._round(tensor.name)
        for node in self.source.graph.node:
            self.nodes.append(self._rewritten(node))
            for name in node.output:
                self._round(name)
        needed = {name for node in self.nodes for name in node.input}
        kept = {**self.weights, **self.added}
        graph = helper.make_graph(
            self.nodes,
            "int8",
            self.source.graph.input,
            self.source.graph.output,
            [numpy_helper.from_array(kept[name], name) for name in kept if name in needed],
        )
        written = helper.make_model(
            graph, opset_imports=self.source.opset_import, ir_version=self.source.ir_version
        )
        return written.SerializeToString()

    def _rewritten(self, node: onnx.NodeProto) -> onnx.NodeProto:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        for position, name in enumerate(node.input):
            if name in self.plan.params_of:
                copy.input[position] = _dequantized(name)
        layer = self.plan.layers.get(node.output[0])
        if layer is not None:
            input_scale, _ = self._activation(layer.input)
            least = self._least_scale(layer.bias, input_scale)
            scale = self._write_weight(layer.weight, layer.transposed, least)
            copy.input[1] = _dequantized(layer.weight)
            if layer.bias:
                self._write_bias(layer.bias, scale * input_scale)
                copy.input[2] = _dequantized(layer.bias)
        return copy

    def _round(self, name: str) -> None:
        """Append the pair of nodes that rounds a planned activation to 8 bits."""
        if name not in self.plan.params_of:
            return
        scale, zero_point = self._activation(name)
        scale_name, zero_name = f"{name}_scale", f"{name}_zero_point"
        self.added |= {scale_name: scale, zero_name: zero_point}
        rounded = f"{name}_quantized"
        source, source_scale = name, scale_name
        if name in self.plan.behind_float:
            # Divided beforehand: ONNX Runtime would round the weights of a float layer between DequantizeLinear and
            # QuantizeLinear itself, one scale per tensor, and would pull the rounding before a float pool.
            source, source_scale = f"{name}_divided", "one"
            self.added["one"] = np.asarray(np.float32(1))
            self.nodes.append(helper.make_node("Div", [name, scale_name], [source]))
        self.nodes.append(
            helper.make_node("QuantizeLinear", [source, source_scale, zero_name], [rounded])
        )
        self.nodes.append(
            helper.make_node(
                "DequantizeLinear", [rounded, scale_name, zero_name], [_dequantized(name)]
            )
        )

    def _activation(self, name: str) -> tuple[Array, Array]:
        """Scale and zero point of an activation; zero itself is always kept exactly."""
        number_format = ActivationFormat(8, *self.ranges[self.plan.params_of[name]])
        scale, zero_point = number_format.scale, number_format.zero_point
        return np.asarray(np.float32(scale)), np.asarray(np.uint8(zero_point))

    def _write_weight(self, name: str, transposed: bool, least: Array) -> Array:
        """Store a weight as int8 and return its scale per output channel, ``least`` or more."""
        weight = self.weights[name]
        scale = np.maximum(self._weight_scale(name, weight), least)
        shape = (-1, *([1] * (weight.ndim - 1)))
        integers = np.clip(np.round(weight / scale.reshape(shape)), -128, 127).astype(np.int8)
        # A linear layer on sequences is exported as a product with the transposed weight.
        self._dequantize(name, np.ascontiguousarray(integers.T) if transposed else integers, scale)
        if transposed:
            self.nodes[-1].attribute[0].i = 1
        return scale

    def _weight_scale(self, name: str, weight: Array) -> Array:
        channels = weight.shape[0]
        largest = np.abs(weight).reshape(channels, -1).max(axis=1)
        if name in self.scales:
            scale = np.broadcast_to(self.scales[name].reshape(-1), channels).astype(np.float32)
            if (np.round(largest / np.where(scale > 0, scale, np.inf)) <= 128).all():
                return np.where(scale > 0, scale, 1.0).astype(np.float32)
        spanning = np.where(largest > 0, largest, largest.max() or 1.0).astype(np.float32) / 127
        return np.maximum(spanning, np.finfo(np.float32).tiny, dtype=np.float32)

    def _least_scale(self, bias: str, input_scale: Array) -> Array:
        """What a weight's scales must be at least for its bias to fit into the integers it is added in.

        A channel of tiny weights beside a large bias gets coarser steps by this, which cost it less than 2**-22 of its
        bias for each input.
        """
        if not bias:
            return np.zeros(1, dtype=np.float32)
        return (np.abs(self.weights[bias]) / (_LARGEST_BIAS * input_scale)).astype(np.float32)

    def _write_bias(self, name: str, scale: Array) -> None:
        integers = np.round(self.weights[name].astype(np.float64) / scale)
        self._dequantize(name, integers.astype(np.int32), scale)

    def _dequantize(self, name: str, integers: Array, scale: Array) -> None:
        zero = np.zeros(scale.shape, dtype=integers.dtype)
        scale_name, zero_name = f"{name}_scale", f"{name}_zero_point"
        self.added |= {name: integers, scale_name: scale.astype(np.float32), zero_name: zero}
        self.nodes.append(
            helper.make_node(
                "DequantizeLinear", [name, scale_name, zero_name], [_dequantized(name)], axis=0
            )
        )


def _dequantized(name: str) -> str:
    return f"{name}_dequantized"
