"""A PyTorch module as an ONNX file: traced once per architecture, then given other weights in a millisecond.

The exporter is the TorchScript one: LeNet-5 and ResNet-8 take it 0.02 and 0.05 s, the newer one (dynamo) 1.9 and 2.2 s.
"""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

if TYPE_CHECKING:
    from torch import Tensor, nn

OPSET = 17
"""The first with LayerNormalization as one node; per-channel DequantizeLinear needs 13."""

INPUT, OUTPUT = "input", "logits"


def export_onnx(
    module: nn.Module, input_shape: tuple[int, ...], input_dtype: str = "float32"
) -> bytes:
    """The ONNX file of a module in evaluation mode, with a dynamic batch axis.

    `input_shape` is that of one input, without the batch axis, `input_dtype` its number type as NumPy names it.
    Initializers are named as the module's parameters and buffers. The module is traced: its forward may not depend on
    values, nor on the batch through Python's `len`.
    """
    import torch

    example = torch.zeros(1, *input_shape, dtype=getattr(torch, input_dtype))
    return swap_weights(_traced(module, example), module.state_dict())


def swap_weights(
    template: bytes | onnx.ModelProto, weights: Mapping[str, Tensor | np.ndarray[Any, Any]]
) -> bytes:
    """The template with other weights: a new ONNX file of the same architecture.

    `weights` is the module's `state_dict()`. Raises ValueError where one of the template's weights is missing in it or
    has another shape, as after channels were removed: such a module needs its own `export_onnx`.
    """
    model = onnx.ModelProto()
    if isinstance(template, bytes):
        model.ParseFromString(template)
    else:
        model.CopyFrom(template)
    for initializer in model.graph.initializer:
        if initializer.name not in weights:
            raise ValueError(f"The template's weight {initializer.name} is not among those given.")
        values = np.asarray(weights[initializer.name])
        if list(values.shape) != list(initializer.dims):
            raise ValueError(
                f"The template's weight {initializer.name} has the shape {tuple(initializer.dims)}, not "
                f"{values.shape}: export this module anew."
            )
        dtype = onnx.helper.tensor_dtype_to_np_dtype(initializer.data_type)
        initializer.raw_data = np.ascontiguousarray(values, dtype=dtype).tobytes()
    return model.SerializeToString()


def _traced(module: nn.Module, example: Tensor) -> bytes:
    import torch

    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # About the exporter's age and nn.GRU's own checks of its input, which a trace can't keep.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _with_distinct_weights(module),
            (example,),
            buffer,  # type: ignore[arg-type]  # this exporter does write into buffers
            dynamo=False,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {0: "batch"}, OUTPUT: {0: "batch"}},
            # Both would rename weights: a GRU's gates are reordered and a batch norm is folded when the file is
            # loaded instead, so that a template can take any weights.
            do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE,
        )
    return buffer.getvalue()


def _with_distinct_weights(module: nn.Module) -> nn.Module:
    """A copy in which no two weights are equal: the exporter merges equal ones, such as two biases of zeros.

    Only what a state dict holds, since nothing else gets its values back, such as a mask that isn't saved.
    """
    twin = copy.deepcopy(module).eval()
    for index, tensor in enumerate(twin.state_dict().values()):
        tensor.fill_(index + 1)
    return twin
