"""Accuracy counts right answers over the whole split, and its interval is Wilson's."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import binomtest
from torch import nn

from compression.deploy.onnx import export_onnx
from compression.measure.accuracy import accuracy_of_onnx, measure_accuracy, wilson
from compression.models import build
from datasets import Split


class FirstInputs(nn.Module):
    """Logits that are the inputs themselves."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + 0.0


def split_of(logits: list[list[float]], labels: list[int]) -> Split:
    return Split(np.array(logits, dtype=np.float32), np.array(labels, dtype=np.int64))


def random_split(n: int = 300) -> Split:
    random = np.random.default_rng(0)
    inputs = random.standard_normal((n, 1, 28, 28), dtype=np.float32)
    return Split(inputs, random.integers(0, 10, n))


def test_right_answers_are_counted():
    measured = measure_accuracy(
        FirstInputs(), split_of([[0, 1], [1, 0], [3, 2], [2, 3]], [1, 1, 0, 1])
    )
    assert (measured.value, measured.n, measured.how) == (0.75, 4, "measured")


@pytest.mark.parametrize(
    "measure", [measure_accuracy, lambda m, s: accuracy_of_onnx(export_onnx(m, (2,)), s)]
)
def test_nan_is_a_wrong_answer_even_where_it_would_win(measure):
    nan = float("nan")
    assert (
        measure(FirstInputs(), split_of([[nan, 0], [0, nan], [nan, nan]], [0, 1, 0])).value == 0.0
    )


@pytest.mark.parametrize(
    "model_id", ["fashion-mnist/lenet5", "fashion-mnist/ds-cnn", "fashion-mnist/mlp"]
)
def test_the_result_is_that_of_one_plain_pass(model_id):
    torch.manual_seed(0)
    module, split = build(model_id).eval(), random_split()
    with torch.inference_mode():
        right = module(torch.from_numpy(split.inputs)).argmax(1).numpy() == split.labels
    assert measure_accuracy(module, split).value == right.mean()
    assert accuracy_of_onnx(export_onnx(module, (1, 28, 28)), split).value == right.mean()


@pytest.mark.parametrize(
    "measure", [measure_accuracy, lambda m, s: accuracy_of_onnx(export_onnx(m, (1,)), s)]
)
def test_one_output_alone_says_the_second_class_where_it_is_above_zero(measure):
    split = split_of([[2.0], [-1.0], [0.5], [-3.0], [math.nan]], [1, 0, 0, 1, 0])
    assert measure(FirstInputs(), split).value == 2 / 5


def test_the_batch_size_changes_nothing():
    module, split = build("fashion-mnist/lenet5").eval(), random_split(101)
    assert measure_accuracy(module, split, batch_size=7) == measure_accuracy(module, split)


def test_the_callers_module_keeps_its_memory_layout():
    module = build("fashion-mnist/lenet5").eval()
    measure_accuracy(module, random_split(8))
    assert module.conv2.weight.is_contiguous()


@pytest.mark.parametrize(("correct", "n"), [(0, 10), (10, 10), (9230, 10_000), (503, 1000), (1, 1)])
def test_the_interval_is_scipys(correct, n):
    theirs = binomtest(correct, n).proportion_ci(method="wilson")
    assert wilson(correct, n) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_no_examples_are_refused():
    with pytest.raises(ValueError, match="at least one example"):
        measure_accuracy(FirstInputs(), Split(np.zeros((0, 2), np.float32), np.zeros(0, np.int64)))
