"""Whose accuracy a point shows."""

import pytest

from compression import artifact, pipeline
from compression.deploy.deploy import deploy
from compression.deploy.kernel_note import EXPANDED
from compression.measure.accuracy import accuracy_of_onnx, measure_accuracy
from compression.measure.everything import measure
from compression.measure.rounds import QUICK
from compression.models.compressed import Compressed
from compression.models.rounded_activations import rounding
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "digits/mlp"


def compressed(step: str) -> Compressed:
    return pipeline.compress(look_up(MODEL), Recipe.build(MODEL, [step]))


def measured(model: Compressed) -> dict:
    subject = look_up(MODEL)
    deployment = deploy(model)
    return measure(
        subject, model, b"packed", deployment,
        exact=deployment.exact_session(), split=subject.data.test, budget=QUICK,
    )  # fmt: skip


def test_weight_only_quantization_is_measured_in_the_file_it_ships():
    found = measured(compressed("quantize:bits=3,method=nearest"))
    assert "accuracy_deployed" not in found
    assert found["speedup"].note.count(EXPANDED) == 1
    floats = found["size_dense_bytes"].value
    assert found["size_onnx_bytes"].value < 0.5 * floats < floats < found["memory_bytes"].value


def test_int8_accuracy_is_that_of_the_int8_file():
    model = compressed("quantize:bits=8,activations=8,method=nearest")
    found, test = measured(model), look_up(MODEL).data.test
    assert "accuracy_deployed" not in found
    deployment = deploy(model)
    assert found["accuracy"].value == accuracy_of_onnx(deployment.session(), test).value
    assert found["accuracy"].n == len(test.labels)


@pytest.mark.parametrize("bits", [2, 3])
def test_simulated_accuracy_is_the_recipes_and_stands_beside_the_deployed_one(bits):
    model = compressed(f"quantize:bits=8,activations={bits},method=nearest,calibration=minmax")
    found, test = measured(model), look_up(MODEL).data.test
    assert found["accuracy"].value == pytest.approx(
        measure_accuracy(rounding(model), test).value, abs=0.004
    )
    assert found["accuracy_deployed"].value == measure_accuracy(model.module, test).value
    assert found["accuracy"].value < found["accuracy_deployed"].value


def test_screening_gives_the_same_accuracy():
    step, test = "quantize:bits=8,activations=2,method=nearest", look_up(MODEL).data.test
    screened = pipeline.screen(look_up(MODEL), Recipe.build(MODEL, [step]), len(test.labels))
    assert screened == measured(compressed(step))["accuracy"].value


@pytest.mark.parametrize("bits", [3, 8])
def test_a_packed_file_alone_has_the_accuracy_of_its_recipe(bits):
    recipe = Recipe.build(MODEL, [f"quantize:bits=4,activations={bits},method=nearest"])
    subject, file = look_up(MODEL), pipeline.packed(look_up(MODEL), recipe)
    compressed, read = artifact.unpack(file)
    again = pipeline.verify(subject, read, compressed, file)
    assert again.value("accuracy") == pipeline.run(subject, recipe).value("accuracy")
