"""LiteRT: Google's runtime for phones and boards, formerly TensorFlow Lite; litert-torch converts the module."""

from __future__ import annotations

from typing import Any

import litert_torch
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from litert_torch.quantize.pt2e_quantizer import PT2EQuantizer, get_symmetric_quantization_config
from litert_torch.quantize.quant_config import QuantConfig

from compression.deploy.runtimes import Session, Source
from compression.deploy.runtimes.one_by_one import Array, OneByOne
from compression.deploy.runtimes.pt2e import example, quantized

litert_torch.config.show_progress = False


def load(source: Source) -> Session:
    """The module as a file for one example and one thread, in int8 where it has scales. Takes about 5 s."""
    interpreter = Interpreter(model_content=_converted(source), num_threads=1)
    interpreter.allocate_tensors()
    (given,), (returned,) = interpreter.get_input_details(), interpreter.get_output_details()

    def call(image: Array) -> Array:
        interpreter.set_tensor(given["index"], _codes(image, given))
        interpreter.invoke()
        return _values(interpreter.get_tensor(returned["index"]), returned)

    return OneByOne(call)


def _codes(values: Array, details: dict[str, Any]) -> np.ndarray[Any, Any]:
    """An int8 file also takes its input as integers."""
    scale, zero = details["quantization"]
    if not scale:
        return values
    return np.clip(np.rint(values / np.float32(scale)) + zero, -128, 127).astype(np.int8)


def _values(codes: np.ndarray[Any, Any], details: dict[str, Any]) -> Array:
    """And gives its logits as integers."""
    scale, zero = details["quantization"]
    if not scale:
        return codes
    return (codes.astype(np.float32) - zero) * np.float32(scale)


def _converted(source: Source) -> bytes:
    if not source.scales:
        return bytes(litert_torch.convert(source.module, example(source)).model_content())
    settings = get_symmetric_quantization_config(is_per_channel=True)
    quantizer = PT2EQuantizer().set_global(settings)
    file = litert_torch.convert(
        quantized(source, quantizer, fold=False),
        example(source),
        quant_config=QuantConfig(pt2e_quantizer=quantizer),
    )
    return bytes(file.model_content())
