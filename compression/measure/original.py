"""A trained model with its data and its ONNX form: what every recipe starts from. Worker side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import onnx

import datasets
from compression import models
from compression.deploy.onnx import export_onnx
from compression.deploy.runtime import open_session
from compression.models.catalogue import MODELS
from compression.models.compressed import Compressed, fold_batch_norm
from compression.models.shapes import Shapes, resize, shapes_of
from compression.models.zoo.students import build_anew

ESTIMATE_EXAMPLES = 1000
"""Size of the fixed stratified test subset behind a first estimate."""


@dataclass(frozen=True)
class Original:
    """What is loaded once per model and process: the trained model, its data and its deployed form."""

    compressed: Compressed
    data: datasets.Dataset
    subset: datasets.Split
    template: onnx.ModelProto
    session: Any


@lru_cache(maxsize=4)
def original(model_id: str) -> Original:
    """The uncompressed model with its data, loaded once per process."""
    data = datasets.load(MODELS[model_id].dataset)
    compressed = Compressed(model_id, models.load(model_id))
    exported = export_onnx(fold_batch_norm(compressed).module, data.card.input_shape)
    return Original(
        compressed=compressed,
        data=data,
        subset=data.test.stratified(ESTIMATE_EXAMPLES),
        template=onnx.load_from_string(exported),
        session=open_session(exported),
    )


def template_of(compressed: Compressed) -> onnx.ModelProto:
    """The ONNX form of a model of this architecture and these widths, whose weights are still to be set."""
    model = original(compressed.model)
    shapes = shapes_of(compressed.module)
    if not compressed.student and shapes == shapes_of(model.compressed.module):
        return model.template
    return _template(compressed.model, compressed.student, shapes)


@lru_cache(maxsize=64)
def _template(model_id: str, student: str, shapes: Shapes) -> onnx.ModelProto:
    """Exported once for each architecture and choice of widths, 30 to 100 ms."""
    untrained = Compressed(model_id, build_anew(model_id, student).eval(), student=student)
    module = fold_batch_norm(untrained).module
    resize(module, shapes)
    return onnx.load_from_string(export_onnx(module, original(model_id).data.card.input_shape))
