"""What `export --format stages` writes: files that together are the model."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from compression import api
from compression.deploy.runtime import open_session


def test_the_files_of_the_devices_compute_the_model_one_after_the_other(tmp_path: Path) -> None:
    steps, told = ["quantize:bits=8", "slice:stages=3,split=off"], []
    api.export("digits/cnn", steps, tmp_path / "stages.zip", format="stages", say=told.append)
    (said,) = told
    with zipfile.ZipFile(tmp_path / "stages.zip") as archive:
        names = archive.namelist()
        files = [archive.read(name) for name in names]
    assert names == [f"device-{n}-stage-{n}.onnx" for n in (1, 2, 3)]
    assert all(name in said for name in names)
    api.export("digits/cnn", steps[:1], tmp_path / "whole.onnx", format="onnx", say=told.append)
    whole = (tmp_path / "whole.onnx").read_bytes()
    assert all(len(file) < len(whole) for file in files)
    inputs = np.random.default_rng(0).normal(size=(5, 1, 8, 8)).astype(np.float32)
    values = {"input": inputs}
    for file in files:
        session = open_session(file)
        outputs = [port.name for port in session.get_outputs()]
        wanted = {port.name: values[port.name] for port in session.get_inputs()}
        values = dict(zip(outputs, session.run(outputs, wanted), strict=True))
    expected = open_session(whole).run(None, {"input": inputs})[0]
    np.testing.assert_allclose(values["logits"], expected, atol=1e-5)
