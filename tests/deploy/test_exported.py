"""The ONNX file that a user exports: it has the accuracy that is measured, and says what it computes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from compression import api, pipeline
from compression.measure.accuracy import accuracy_of_onnx
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "digits/mlp"
STEPS = {
    "bits=3": "The file computes in 32-bit floats, and has the accuracy and the speed",
    "bits=8,activations=8": "The file computes in 8-bit integer kernels, and has the accuracy and the speed",
    "bits=8,activations=2": "The file rounds activations in 32-bit floats, and has the accuracy that is measured; ",
    "bits=12,scheme=asymmetric,scales=power-of-two,activations=3": "The file rounds activations",
}


@pytest.mark.parametrize(("knobs", "said"), STEPS.items())
def test_an_exported_file_has_the_measured_accuracy_and_says_how(
    knobs: str, said: str, tmp_path: Path
) -> None:
    notes: list[str] = []
    steps, file = [f"quantize:{knobs},method=nearest"], tmp_path / "model.onnx"
    api.export(MODEL, steps, file, format="onnx", say=notes.append)
    point = pipeline.run(look_up(MODEL), Recipe.build(MODEL, steps))
    found = accuracy_of_onnx(file.read_bytes(), look_up(MODEL).data.test)
    assert found.value == point.value("accuracy")
    assert len(notes) == 1 and notes[0].startswith(said)


def test_a_packed_file_needs_no_words(tmp_path: Path) -> None:
    notes: list[str] = []
    api.export(MODEL, ["quantize:bits=4,activations=4"], tmp_path / "file", say=notes.append)
    assert notes == []
