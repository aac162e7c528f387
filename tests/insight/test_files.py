"""Files to take along: those of the recipe, and no training that nobody asked for."""

from __future__ import annotations

import base64
from pathlib import Path

import onnx
import pytest

from compression import artifact, insight, run
from compression.errors import UsageError
from compression.recipe import Recipe
from compression.store.artifacts import ArtifactFolder

MODEL = "digits/mlp"
RECIPE = Recipe.build(MODEL, ["prune:sparsity=0.7", "quantize:bits=3"])


def content(question: str, recipe: Recipe, **more: str) -> bytes:
    asked = {"model": MODEL, "recipe": recipe.model_dump(mode="json"), **more}
    return base64.b64decode(insight.answer(question, asked)["content"])


def test_the_packed_file_is_of_the_whole_recipe_and_as_large_as_measured() -> None:
    data = content("packed_file", RECIPE)
    assert artifact.unpack(data)[1] == RECIPE
    assert len(data) == run(MODEL, RECIPE.steps).value("size_bytes")


def test_the_onnx_file_is_one(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(content("onnx_file", RECIPE))
    onnx.checker.check_model(onnx.load(file))


@pytest.mark.parametrize("format", ["packed", "onnx"])
def test_what_is_trained_is_not_trained_again_for_its_file(format: str) -> None:
    trained = Recipe.build(MODEL, ["distill:student=mlp-w16", "quantize"], seed=3)
    with pytest.raises(UsageError, match=rf"--step distill:.*--seed 3 --format {format}"):
        content(f"{format}_file", trained)
    kept = ArtifactFolder().put(content("packed_file", RECIPE))
    assert len(content(f"{format}_file", trained, kept=kept)) > 500
