"""A hundred sub-networks on 2,000 validation images, with both workers of one engine: seconds, as `make bench` says."""

from __future__ import annotations

import json
import time

from compression.bundling.trained_alone import every_subnet
from compression.engine import Engine
from compression.recipe.sweep import Sweep

MODEL, NETWORKS, EXAMPLES, SECONDS = "fashion-mnist/supernet", 100, 2000, 8.0


def test_a_hundred_sub_networks_are_looked_at_in_eight_seconds(capsys) -> None:
    sweep = Sweep.parse(MODEL, [every_subnet()], points=NETWORKS + 16, sampler="random")
    recipes = list(sweep.recipes())
    with Engine() as engine:
        engine.glance(recipes[NETWORKS:], examples=EXAMPLES)  # both workers have loaded the model
        began = time.perf_counter()
        seen = engine.glance(recipes[:NETWORKS], examples=EXAMPLES)
        took = time.perf_counter() - began
    report = {"benchmark": "100 sub-networks, 2,000 validation images", "seconds": round(took, 2)}
    with capsys.disabled():
        print(json.dumps(report))
    assert len(seen) == NETWORKS and len({each.size_bytes for each in seen}) > 50
    assert took <= SECONDS
