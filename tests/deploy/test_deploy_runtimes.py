"""The same ONNX file in each runtime that is installed; those that are not say how to get them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from compression.deploy.int8 import activation_ranges, quantize_onnx
from compression.deploy.runtime import open_session
from compression.deploy.runtimes import RUNTIMES, Runtime, available, runtime
from compression.errors import UsageError
from tests.deploy.test_deploy_int8 import error, exported

MISSING = Runtime("nowhere", "Nowhere", "no_such_package_here", "nothing")
every_runtime = pytest.mark.parametrize(
    "runtime_id", [name for name, found in RUNTIMES.items() if found.takes == "onnx"]
)


def session(runtime_id: str, file: bytes):
    found = runtime(runtime_id)
    if found.reason:
        pytest.skip(found.reason)
    return found.load(file)


@every_runtime
@pytest.mark.parametrize("model_id", ["digits/cnn", "watch/gru"])
def test_a_float_file_gives_the_same_logits_everywhere(runtime_id, model_id):
    file, inputs = exported(model_id)
    loaded = session(runtime_id, file)
    name, output = loaded.get_inputs()[0].name, loaded.get_outputs()[0].name
    expected = open_session(file).run(None, {"input": inputs})[0]
    assert np.allclose(loaded.run([output], {name: inputs})[0], expected, atol=1e-4)
    assert np.allclose(loaded.run(None, {name: inputs[:1]})[0], expected[:1], atol=1e-4)


@every_runtime
def test_an_int8_file_gives_close_logits_everywhere(runtime_id):
    file, inputs = exported("digits/cnn")
    quantized = quantize_onnx(file, activation_ranges(file, inputs)).model
    expected = open_session(file).run(None, {"input": inputs})[0]
    found = session(runtime_id, quantized).run(None, {"input": inputs})[0]
    assert error(found, expected) < 0.05


@every_runtime
def test_results_are_not_overwritten_by_the_next_run(runtime_id):
    file, _ = exported("digits/mlp")
    loaded = session(runtime_id, file)
    first = loaded.run(None, {"input": torch.zeros(1, 1, 8, 8).numpy()})[0]
    kept = first.copy()
    loaded.run(None, {"input": torch.ones(1, 1, 8, 8).numpy()})
    assert np.array_equal(first, kept)


def test_our_own_runtime_is_always_there():
    assert available()[0].id == "onnxruntime"
    assert available()[0].version


def test_a_missing_runtime_says_how_to_get_it():
    assert MISSING.version is None
    assert MISSING.reason == "Nowhere is not installed: pip install no_such_package_here"
    with pytest.raises(UsageError, match="pip install no_such_package_here"):
        MISSING.load(b"")


def test_an_unknown_runtime_is_refused():
    with pytest.raises(UsageError, match="openvino"):
        runtime("openvina")


def test_asking_what_is_installed_loads_none_of_it():
    code = (
        "import sys; from compression.deploy.runtimes import available; available();"
        "heavy = 'torch onnx onnxruntime openvino executorch litert_torch numpy'.split();"
        "print([name for name in heavy if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    assert subprocess.check_output([sys.executable, "-c", code], cwd=root, text=True) == "[]\n"
