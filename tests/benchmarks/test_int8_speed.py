"""int8 files against float files of the same models in ONNX Runtime, in turns, one thread: how many times as fast."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

import datasets
from compression.deploy.int8 import activation_ranges, quantize_onnx
from compression.deploy.onnx import export_onnx
from compression.deploy.runtime import open_session
from compression.models import MODELS, load
from compression.models.catalogue import model_card
from compression.models.compressed import Compressed, fold_batch_norm

SECONDS, BLOCK_SECONDS = 0.8, 0.003
BATCHES = (1, 256)
WANTED = {("fashion-mnist/resnet8", 1): 1.2, ("fashion-mnist/resnet8", 256): 1.6}
"""Bought with AVX-512 VNNI; without it, int8 products take several instructions."""


def times_as_fast(files: tuple[bytes, bytes], inputs: np.ndarray) -> float:
    """The first file's time over the second's: the median of ratios of blocks that follow each other."""
    sessions = [open_session(file) for file in files]

    def seconds(session, calls: int) -> float:
        session.run(None, {"input": inputs})
        start = time.thread_time()
        for _ in range(calls):
            session.run(None, {"input": inputs})
        return (time.thread_time() - start) / calls

    calls = [max(1, round(BLOCK_SECONDS / seconds(session, 3))) for session in sessions]
    ratios, end = [], time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(ratios) < 5:
        first = seconds(sessions[0], calls[0])
        second = [seconds(sessions[1], calls[1]) for _ in range(2)]
        ratios.append((first + seconds(sessions[0], calls[0])) / sum(second))
    return float(np.median(ratios))


@pytest.mark.parametrize("model_id", [model_id for model_id in MODELS if model_id != "watch/gru"])
def test_int8_kernels_are_this_many_times_as_fast_as_floats(model_id, capsys) -> None:
    data = datasets.load(MODELS[model_id].dataset)
    module = fold_batch_norm(Compressed(model_card(model_id), load(model_id))).module
    file = export_onnx(module, data.card.input_shape)
    quantized = quantize_onnx(file, activation_ranges(file, data.calibration.inputs[:256]))
    assert quantized.model is not None
    ratios = {
        batch: times_as_fast((file, quantized.model), data.test.inputs[:batch]) for batch in BATCHES
    }
    report = {"benchmark": f"int8 over float32, {model_id}", "in_floats": quantized.float_layers}
    with capsys.disabled():
        print(json.dumps(report | {f"batch_{b}": round(ratio, 2) for b, ratio in ratios.items()}))
    for batch, ratio in ratios.items():
        assert ratio > WANTED.get((model_id, batch), 0.4)
