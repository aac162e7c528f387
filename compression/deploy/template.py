"""The ONNX form of each architecture, exported once: only its weights differ from one compressed model to the next."""

from __future__ import annotations

from functools import lru_cache

import onnx

from compression.deploy.onnx import export_onnx
from compression.models import untrained
from compression.models.catalogue import ModelCard
from compression.models.compressed import Compressed, fold_batch_norm
from compression.models.shapes import Shapes, resize, shapes_of


def template_of(compressed: Compressed) -> onnx.ModelProto:
    """The ONNX form of a model of this architecture and these widths, whose weights are still to be set."""
    return _template(compressed.model, compressed.student, shapes_of(compressed.module))


@lru_cache(maxsize=64)
def _template(card: ModelCard, student: str, shapes: Shapes) -> onnx.ModelProto:
    """30 to 100 ms."""
    network = untrained(card, student).eval()
    module = fold_batch_norm(Compressed(card, network, student=student)).module
    resize(module, shapes)
    exported = export_onnx(module, card.data.input_shape, card.data.input_dtype)
    return onnx.load_from_string(exported)
