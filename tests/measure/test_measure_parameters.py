"""What counts as a parameter of a model whose batch norms are folded into its weights."""

import pytest

from compression import run
from compression.measure.parameters import with_norms
from compression.measure.size import measure_sizes
from compression.models.catalogue import MODELS
from compression.subjects import look_up

NOT_BUNDLED = 99
"""A seed that no bundled point has: it changes nothing here, and has the point measured."""


@pytest.mark.parametrize("model", MODELS)
def test_parameters_are_those_that_were_trained_norms_included(model):
    folded = look_up(model).original.folded
    sizes = measure_sizes(dict(folded.module.state_dict()), packed=b"packed", onnx=[])
    assert with_norms(sizes["parameters"], folded).value == MODELS[model].parameters


def test_a_point_tells_that_number():
    parameters = run("digits/cnn", seed=NOT_BUNDLED).measurements["parameters"]
    assert (parameters.value, parameters.how) == (MODELS["digits/cnn"].parameters, "measured")
