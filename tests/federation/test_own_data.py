"""A device's own examples: read as they are, or refused in a sentence."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from compression.errors import UsageError
from compression.federation.device import Device
from compression.federation.outbox import Outbox
from compression.federation.own_data import read_examples
from compression.federation.prepared import prepared
from datasets import DATASETS
from tests.federation.in_process import terms

CARD = DATASETS["digits"]
INPUTS = np.random.RandomState(0).rand(12, *CARD.input_shape).astype(np.float32)
LABELS = np.arange(12) % 10


def saved(folder, **arrays):
    file = folder / "examples.npz"
    np.savez(file, **arrays)
    return file


def test_a_device_learns_from_its_own_file(tmp_path) -> None:
    of = terms(batch=8)
    device = Device(of, 1, saved(tmp_path, inputs=INPUTS, labels=LABELS))
    assert device.hello().examples == 12
    simulation, _ = prepared(of)
    packet = Outbox(simulation.exchange, 2).packets(simulation.server.row, (1,))[1]
    answer, _ = device.train(packet, 1, None)
    bundled, _ = Device(of, 1).train(packet, 1, None)
    assert len(answer.data) == len(bundled.data) and answer.data != bundled.data


def test_examples_are_read_as_they_are(tmp_path) -> None:
    inputs, labels = read_examples(saved(tmp_path, inputs=INPUTS, labels=LABELS), CARD)
    assert torch.equal(inputs, torch.from_numpy(INPUTS)) and labels.tolist() == LABELS.tolist()


NAN = np.where(INPUTS < 0.1, np.float32("nan"), INPUTS)


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"inputs": INPUTS}, "holds no examples"),
        ({"inputs": INPUTS, "labels": LABELS.astype(object)}, "holds no examples"),
        ({"inputs": INPUTS[:, :1, :5], "labels": LABELS}, "bring them into this shape"),
        ({"inputs": INPUTS.astype(np.float64), "labels": LABELS}, "is float64"),
        ({"inputs": INPUTS, "labels": LABELS[:5]}, "one whole number for each of the 12"),
        ({"inputs": INPUTS, "labels": LABELS * 0.5}, "one whole number"),
        (
            {"inputs": INPUTS, "labels": LABELS + 5},
            "from 5 to 14, and digits has the classes 0 to 9",
        ),
        ({"inputs": INPUTS[:0], "labels": LABELS[:0]}, "are none or no numbers"),
        ({"inputs": NAN, "labels": LABELS}, "are none or no numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(tmp_path, arrays, says: str) -> None:
    with pytest.raises(UsageError, match=f"{says}.*\\.$"):
        read_examples(saved(tmp_path, **arrays), CARD)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path, content: bytes) -> None:
    (tmp_path / "examples.npz").write_bytes(content)
    with pytest.raises(UsageError, match="holds no examples"):
        read_examples(tmp_path / "examples.npz", CARD)


def test_a_single_array_is_refused_in_a_sentence(tmp_path) -> None:
    np.save(tmp_path / "examples.npy", INPUTS)
    with pytest.raises(UsageError, match="holds no examples"):
        read_examples(tmp_path / "examples.npy", CARD)
