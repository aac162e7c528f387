"""A file that rounds activations, alone: the module it gives back and the int8 graph it is deployed as."""

from __future__ import annotations

import copy
import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from compression import api, artifact, pipeline
from compression.artifact import activations
from compression.deploy.deploy import deploy
from compression.encoding.reader import Reader
from compression.errors import ArtifactError
from compression.measure.accuracy import measure_accuracy
from compression.models.compressed import Compressed
from compression.models.rounded_activations import rounding
from compression.recipe import Recipe
from compression.subjects import look_up
from tests.applied import logits

RESNET = "fashion-mnist/resnet8"
SIMULATED = [
    ("fashion-mnist/lenet5", "quantize:bits=8,activations=2,method=nearest"),
    ("watch/gru", "quantize:bits=8,activations=3,method=nearest"),
    (RESNET, "quantize:bits=4,activations=4,method=nearest"),
]
IN_INT8 = "quantize:bits=8,activations=8,method=nearest"


@cache
def packed(model: str, step: str) -> tuple[Compressed, bytes]:
    recipe = Recipe.build(model, [step])
    compressed = pipeline.compress(look_up(model), recipe)
    return compressed, artifact.pack(compressed, recipe).data


def loaded(model: str, step: str, folder: Path) -> Compressed:
    (folder / "model").write_bytes(packed(model, step)[1])
    return api.load(folder / "model")


@pytest.mark.parametrize(("model", "step"), SIMULATED)
def test_a_loaded_module_rounds_its_activations_as_before(
    model: str, step: str, tmp_path: Path
) -> None:
    compressed, _ = packed(model, step)
    found = logits(loaded(model, step, tmp_path))
    with torch.inference_mode():
        assert torch.equal(found, logits(replace(compressed, module=rounding(compressed))))
    assert not torch.equal(found, logits(compressed))


def test_a_loaded_module_has_the_measured_accuracy(tmp_path: Path) -> None:
    """ONNX Runtime adds in another order, which moves a few sums over the border between two of so few levels."""
    model, step = SIMULATED[0]
    measured = pipeline.run(look_up(model), Recipe.build(model, [step]))
    found = measure_accuracy(loaded(model, step, tmp_path).module, look_up(model).data.test)
    assert found.value == pytest.approx(measured.value("accuracy"), abs=0.002)
    assert found.value < measured.value("accuracy_deployed") - 0.02


def test_a_loaded_module_can_be_copied_moved_and_saved(tmp_path: Path) -> None:
    model, step = SIMULATED[0]
    compressed, file = loaded(model, step, tmp_path), io.BytesIO()
    torch.save(compressed.module, file)
    file.seek(0)
    again = torch.load(file, weights_only=False)
    for twin in (copy.deepcopy(compressed.module), again, again.to("cpu")):
        assert torch.equal(logits(replace(compressed, module=twin)), logits(compressed))
    assert set(again.state_dict()) == set(look_up(model).original.folded.module.state_dict())


@pytest.mark.parametrize("model", [RESNET, "fashion-mnist/ds-cnn", "fashion-mnist/vit-tiny"])
def test_an_int8_file_needs_no_images_to_be_deployed(model: str) -> None:
    compressed, data = packed(model, IN_INT8)
    alone, known = deploy(artifact.unpack(data)[0]), deploy(compressed)
    assert alone.is_int8
    assert alone.parts[0].model == known.parts[0].model


def test_a_range_between_int8_layers_takes_eight_bytes() -> None:
    compressed, data = packed(RESNET, IN_INT8)
    without = replace(compressed, int8_ranges=None)
    count = len(compressed.int8_ranges)
    recipe = Recipe.build(RESNET, [IN_INT8])
    assert count == 6
    assert 0 < len(data) - len(artifact.pack(without, recipe).data) - 8 * count < 20


def test_a_file_without_its_ranges_is_refused_when_it_is_deployed() -> None:
    compressed, _ = packed(RESNET, IN_INT8)
    file = artifact.pack(replace(compressed, int8_ranges=None), Recipe.build(RESNET, [IN_INT8]))
    with pytest.raises(ArtifactError, match="has 0 ranges .* of 6 that its graph needs: export"):
        deploy(artifact.unpack(file.data)[0])


@pytest.mark.parametrize("broken", [(np.nan, 1.0), (0.0, np.inf), (1.0, -1.0)])
def test_a_corrupt_range_is_refused(broken: tuple[float, float]) -> None:
    compressed, _ = packed(RESNET, IN_INT8)
    ranges = (broken, *compressed.int8_ranges[1:])
    file = artifact.pack(replace(compressed, int8_ranges=ranges), Recipe.build(RESNET, [IN_INT8]))
    with pytest.raises(ArtifactError, match="range is empty"):
        artifact.unpack(file.data)


@pytest.mark.parametrize("count", [-1, 3, 10**9, 1.5, "2"])
def test_a_number_of_ranges_that_cant_be_is_refused(count: object) -> None:
    with pytest.raises((ArtifactError, ValueError)) as refusal:
        activations.read_ranges(count, Reader(b"1234567"))
    assert "\n" not in str(refusal.value)
