"""The answers that a point keeps are those of its model: measured, stored, shipped, and read again."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from compression import api, pipeline
from compression.models.answers import answers_of
from compression.point import Point
from compression.point.shown import answers_in
from compression.recipe import Recipe
from compression.store import Store, bundled
from compression.subjects import Subject, look_up

RECIPES = [
    ("digits/mlp", ()),
    ("digits/cnn", ("quantize:bits=1",)),
    ("digits/cnn", ("prune-channels:ratio=0.5", "quantize:bits=3")),
    ("digits/mlp", ("distill:student=previous,epochs=0.5",)),
    ("digits/mlp", ("quantize:bits=8,activations=8,method=nearest",)),
    ("fashion-mnist/lenet5", ("prune:sparsity=0.95",)),
    ("fashion-mnist/lenet5", ("quantize:bits=8,activations=3,method=nearest",)),
    ("watch/gru", ("quantize:bits=2",)),
]


def of_torch(subject: Subject, recipe: Recipe, folder: Path) -> torch.Tensor:
    """Probabilities [24, classes] of the module in the recipe's packed file."""
    file = folder / "model"
    file.write_bytes(pipeline.packed(subject, recipe))
    with torch.inference_mode():
        logits = api.load(file).module(torch.from_numpy(subject.shown.inputs))
    return torch.softmax(logits, dim=1)


@pytest.mark.parametrize(("model", "steps"), RECIPES)
def test_they_are_those_of_the_packed_file_in_torch(
    model: str, steps: tuple[str, ...], tmp_path: Path
) -> None:
    subject, recipe = look_up(model), Recipe.build(model, steps)
    probabilities = of_torch(subject, recipe, tmp_path)
    found = answers_in(pipeline.run(subject, recipe).shown)
    assert len(found) == len(subject.card.data.shown)
    assert [each.answered for each in found] == answers_of(probabilities).tolist()
    # ONNX Runtime adds in another order, which moves a sum over a rounded activation's border now and then.
    near = 0.05 if any("activations=" in step for step in steps) else 0.003
    confidences = probabilities.max(1).values.tolist()
    assert [each.confidence for each in found] == pytest.approx(confidences, abs=near)


def test_an_estimate_has_them_as_well() -> None:
    subject, recipe = look_up("digits/cnn"), Recipe.build("digits/cnn", ["quantize:bits=1"])
    assert pipeline.estimate(subject, recipe).shown == pipeline.run(subject, recipe).shown != ""


def test_compression_flips_some() -> None:
    subject = look_up("digits/cnn")
    shown = [
        [each.answered for each in answers_in(pipeline.estimate(subject, recipe).shown)]
        for recipe in (Recipe.build("digits/cnn"), Recipe.build("digits/cnn", ["quantize:bits=1"]))
    ]
    assert shown[0] != shown[1]


def test_they_are_stored_and_shipped_with_the_point(tmp_path: Path) -> None:
    subject, recipe = look_up("digits/mlp"), Recipe.build("digits/mlp", ["quantize:bits=2"])
    point = pipeline.run(subject, recipe)
    file = f"sqlite:///{tmp_path / 'lab.db'}"
    Store(file).add(point)
    bundled.write("digits/mlp", [point], tmp_path)
    stored, shipped = Store(file).get(point.key), bundled.points("digits/mlp", tmp_path)[point.key]
    assert isinstance(stored, Point)
    assert stored.shown == shipped.shown == point.shown != ""
    assert pipeline.time_again(subject, stored).shown == point.shown
