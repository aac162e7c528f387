"""The network that the knobs ask for, drawn as blocks; the browser moves them with the sliders."""

from __future__ import annotations

import json
from typing import Any

from compression.models.catalogue import model_card
from compression.models.subnets import KERNELS, LARGEST, RESOLUTIONS
from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.search.knobs import ChooseSubnet
from pages.parts import data
from pages.parts.panels.common import picture
from pages.parts.plots.signs import sign_of

OPTIONS = {"kernel2": KERNELS, "kernel3": KERNELS, "resolution": RESOLUTIONS}


def blocks(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """One block a layer; nothing is asked for, so it never waits."""
    step = recipe.steps[-1]
    assert isinstance(step, ChooseSubnet)
    sign = sign_of(step.technique)
    content = supernet(recipe.model) | {
        "stand": step.model_dump(exclude={"images"}),
        "colours": {"light": sign.light, "dark": sign.dark},
    }
    picture.draw(
        "blocks", key="subnet-blocks", knob="width1", at=step.width1,
        parts={"main": (f"blocks {json.dumps(content)}", content)},
    )  # fmt: skip


def supernet(model: str) -> dict[str, Any]:
    """What the largest member is made of: all others are parts of it."""
    card = model_card(model)
    return {
        "levels": [0],
        "options": {name: list(values) for name, values in OPTIONS.items()},
        "resolution": LARGEST.resolution,
        "classes": len(card.data.classes),
        "weights": card.parameters,
        "macs": card.macs,
        "widest": max(LARGEST.stem, *LARGEST.widths),
        "blocks": list(_blocks()),
        "maps": [{"from": 0, "to": 0}, {"from": 1, "to": 2}, {"from": 3, "to": 5}, {"from": 6, "to": 7}],
    }  # fmt: skip


def _blocks() -> list[dict[str, Any]]:
    """In their order. ``side`` is that of the maps in pixels; ``needs`` how deep a stage is that has the layer."""
    first, second, third = LARGEST.widths
    side1, side2, side3 = (LARGEST.resolution // 2**stage for stage in (1, 2, 3))
    side3 += 1  # pooling rounds up: 7 pixels become 4
    stem = {"share": "stem", "channels": LARGEST.stem, "side": LARGEST.resolution}
    one = {"share": "width1", "channels": first, "side": side1}
    two = {"share": "width2", "channels": second, "side": side2}
    three = {"share": "width3", "channels": third, "side": side3}
    return [
        stem,
        one,
        {**one, "depth": "depth1", "needs": 2},
        two,
        {**two, "depth": "depth2", "needs": 2, "kernel": "kernel2"},
        {**two, "depth": "depth2", "needs": 3},
        three,
        {**three, "depth": "depth3", "needs": 2, "kernel": "kernel3"},
    ]
