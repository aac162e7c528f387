"""A glance says of a recipe what its point will say, without the test set."""

from __future__ import annotations

import pytest

from compression import pipeline
from compression.insight.search.glance import glance
from compression.recipe import Recipe
from compression.subjects import look_up


@pytest.mark.parametrize(
    ("model", "step"),
    [
        ("fashion-mnist/supernet", "subnet:width1=0.5,depth2=2,resolution=14"),
        ("digits/cnn", "quantize:bits=4,activations=8"),
        ("digits/cnn", "prune-channels:ratio=0.5"),
    ],
)
def test_a_glance_says_what_the_point_will(model: str, step: str) -> None:
    subject, recipe = look_up(model), Recipe.build(model, [step])
    accuracy, size_bytes, macs = glance(subject, recipe, 2000)
    point = pipeline.run(subject, recipe)
    assert point.value("accuracy_validation") == pytest.approx(accuracy, abs=1e-9)
    assert (point.value("size_bytes"), point.value("macs")) == (size_bytes, macs)
