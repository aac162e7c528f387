"""Where a recipe's model is cut, what each stage then holds, and what any other cut would cost."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Part
from compression.deploy.slicing.optimum import Quality, quality
from compression.deploy.slicing.plan import Plan, Stage, plan_of
from compression.models.slicing import Slicing
from compression.recipe import Recipe
from compression.subjects import Subject

EXITING = 0.9
"""A threshold of early exits that are not trained yet: any one, for heads take the same memory at all."""


def slicing_plan(subject: Subject, recipe: Recipe, exits: bool = False) -> dict[str, Any]:
    """Rows by layer, by cut point and by stage; times are of one example in a batch, and ``times`` says where they are
    from: modelled, measured here, or shipped. ``exits`` plans the heads of a recipe that has none yet.

    ``layers`` and ``points`` are all there are, a point between any two layers; ``cuts`` are the numbers of the points
    that are taken. A point's figures are those of two stages that are cut there alone.
    """
    whole, slicing = _whole(subject, recipe)
    if exits and not slicing.has_exits:
        slicing = replace(slicing, threshold=EXITING, split=False)
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
        "times": "modelled" if plan.times is None else "shipped" if plan.times.is_shipped else "measured",
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
        "handling_ms": float(plan.costs.handling_ms[number - 1]),
        "head_weight_bytes": plan.heads.weight_bytes[number - 1] if plan.heads else 0,
        "head_peak_bytes": plan.heads.peak_bytes[number - 1] if plan.heads else 0,
        **asdict(alone),
    }  # fmt: skip


def _held(plan: Plan, stage: Stage) -> dict[str, int]:
    """Weights and the most activations at once, with those of an exit's head behind the stage."""
    has_head = plan.heads is not None and stage.end < len(plan.layers.layers)
    head = plan.heads if has_head else None
    at = stage.end - 1
    return {
        "weight_bytes": sum(layer.weight_bytes for layer in stage.layers)
        + (head.weight_bytes[at] if head else 0),
        "activation_bytes": max(
            *(layer.activation_bytes for layer in stage.layers), head.peak_bytes[at] if head else 0
        ),
    }


def _stages(plan: Plan) -> list[dict[str, Any]]:
    sent = [plan.sent_bytes[point.number - 1] for point in plan.cuts] + [plan.layers.output_bytes]
    return [
        {
            "first": stage.first, "end": stage.end, "shards": stage.shards, "device": stage.device,
            "layers": [layer.name for layer in stage.layers],
            **_held(plan, stage), "memory_bytes": stage.memory_bytes, "ms": stage.ms, "sent_bytes": count,
        }
        for stage, count in zip(plan.stages, sent, strict=True)
    ]  # fmt: skip
