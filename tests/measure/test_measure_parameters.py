"""What counts as a parameter of a model whose batch norms are folded into its weights."""

import pytest

from compression import run
from compression.models.catalogue import MODELS

NOT_BUNDLED = 99
"""A seed that no bundled point has: it changes nothing here, and has the point measured."""


@pytest.mark.parametrize("model", ["digits/cnn", "watch/cnn1d", "fashion-mnist/ds-cnn"])
def test_parameters_are_those_that_were_trained_norms_included(model):
    parameters = run(model, seed=NOT_BUNDLED).measurements["parameters"]
    assert (parameters.value, parameters.how) == (MODELS[model].parameters, "measured")
