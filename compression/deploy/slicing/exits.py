"""Early exits in the files of a sliced model: each stage but the last also puts out the logits of its own head."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import onnx
from torch import nn

from compression.deploy.deployment import Deployment, Part
from compression.deploy.onnx import INPUT, OUTPUT, export_onnx, swap_weights
from compression.deploy.slicing.exit_points import exit_points
from compression.deploy.slicing.heads import ExitPoint
from compression.errors import ArtifactError
from compression.models.exits import ExitHead, ExitShape, folded_head
from compression.models.slicing import Slicing


def with_exits(
    deployment: Deployment, whole: Part, slicing: Slicing, heads: nn.ModuleList
) -> Deployment:
    """The deployment with a head in the file of each stage but the last; ArtifactError where heads don't fit it."""
    points = exit_points(whole.loaded, slicing)
    if [point.of for point in points] != [head.of for head in heads]:
        raise ArtifactError(
            "The model's early exits don't fit where it is cut: export its recipe again."
        )
    *before, last = deployment.parts
    if any(count > 1 for count in deployment.side_by_side) or len(before) != len(points):
        raise ArtifactError(
            "Early exits and layers that devices share don't go together: use split=off."
        )
    parts = [
        _with_head(part, point, head, number)
        for number, (part, point, head) in enumerate(zip(before, points, heads, strict=True))
    ]
    return replace(deployment, parts=(*parts, last), threshold=slicing.threshold)


def _with_head(part: Part, point: ExitPoint, head: nn.Module, number: int) -> Part:
    assert isinstance(head, ExitHead)
    file = swap_weights(_template(point.of, point.shape, head.fc.out_features), head.state_dict())
    merged = _merged(part.loaded, file, point.tensor, f"exits.{number}")
    exact = merged if part.is_exact else _merged(part.exact, file, point.tensor, f"exits.{number}")
    return replace(part, loaded=merged, exact=exact)


@lru_cache(maxsize=64)
def _template(of: ExitShape, shape: tuple[int, ...], classes: int) -> bytes:
    return export_onnx(folded_head(of, classes), shape)


def _merged(stage: bytes, head: bytes, tensor: str, prefix: str) -> bytes:
    """One file: the head reads the stage's ``tensor``, its names begin with the prefix."""
    model, added = onnx.load_from_string(stage), onnx.load_from_string(head).graph
    weights = {item.name for item in added.initializer}

    def renamed(name: str) -> str:
        if name == INPUT:
            return tensor
        return f"{prefix}.{name}" if name in weights else f"{prefix}/{name}"

    for item in added.initializer:
        item.name = renamed(item.name)
        model.graph.initializer.append(item)
    for node in added.node:
        node.name = renamed(node.name)
        node.input[:] = [name and renamed(name) for name in node.input]
        node.output[:] = [name and renamed(name) for name in node.output]
        model.graph.node.append(node)
    (output,) = added.output
    output.name = renamed(OUTPUT)
    model.graph.output.append(output)
    return bytes(model.SerializeToString())
