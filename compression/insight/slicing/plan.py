"""Where a recipe's model is cut, what each stage then holds, and what any other cut would cost."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Part
from compression.deploy.slicing.optimum import Quality, quality
from compression.deploy.slicing.plan import Plan, plan_of
from compression.models.slicing import Slicing
from compression.recipe import Recipe
from compression.subjects import Subject


def slicing_plan(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """Rows by layer, by cut point and by stage; times are modelled, of one example in a batch.

    ``layers`` and ``points`` are all there are, a point between any two layers; ``cuts`` are the numbers of the points
    that are taken. A point's figures are those of two stages that are cut there alone.
    """
    whole, slicing = _whole(subject, recipe)
    plan = plan_of(whole.loaded, slicing)
    return {
        "layers": [
            {
                "name": layer.name, "ops": list(layer.ops), "macs": layer.macs, "ms": ms,
                "weight_bytes": layer.weight_bytes, "activation_bytes": layer.activation_bytes,
            }
            for layer, ms in zip(plan.layers.layers, plan.costs.layer_ms.tolist(), strict=True)
        ],
        "points": [_point(plan, number) for number in range(1, len(plan.layers.points) + 1)],
        "cuts": [point.number for point in plan.cuts],
        "stages": _stages(plan),
        "input_bytes": plan.layers.input_bytes,
        "output_bytes": plan.layers.output_bytes,
        "quality": asdict(plan.quality),
        "whole": asdict(quality(plan.costs, ())),
    }  # fmt: skip


def _whole(subject: Subject, recipe: Recipe) -> tuple[Part, Slicing]:
    """The deployed model before it is cut, and how it is to be."""
    compressed = pipeline.compress(subject, recipe)
    (whole,) = deploy(replace(compressed, slicing=None)).parts
    return whole, compressed.slicing or Slicing(stages=1)


def _point(plan: Plan, number: int) -> dict[str, Any]:
    point, sent = plan.layers.points[number - 1], plan.sent_bytes[number - 1]
    alone: Quality = quality(plan.costs, (number,))
    return {
        "number": number, "tensors": len(point.tensors), "bytes": point.bytes, "sent_bytes": sent,
        "link_ms": float(plan.costs.link_ms[number - 1]),
        "handling_ms": float(plan.costs.handling_ms[number - 1]), **asdict(alone),
    }  # fmt: skip


def _stages(plan: Plan) -> list[dict[str, Any]]:
    sent = [plan.sent_bytes[point.number - 1] for point in plan.cuts] + [plan.layers.output_bytes]
    return [
        {
            "first": stage.first, "end": stage.end, "shards": stage.shards, "device": stage.device,
            "layers": [layer.name for layer in stage.layers],
            "weight_bytes": sum(layer.weight_bytes for layer in stage.layers),
            "activation_bytes": max(layer.activation_bytes for layer in stage.layers),
            "memory_bytes": stage.memory_bytes, "ms": stage.ms, "sent_bytes": count,
        }
        for stage, count in zip(plan.stages, sent, strict=True)
    ]  # fmt: skip
