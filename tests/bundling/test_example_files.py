"""The files that the browser draws shown examples from: made of the data, and made again the same."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

import datasets
from compression.bundling.example_files import FOLDER, as_json, write

EVERY = list(datasets.DATASETS)


@pytest.mark.parametrize("dataset", EVERY)
def test_the_shipped_file_is_what_is_written(dataset: str, tmp_path: Path) -> None:
    assert write(dataset, tmp_path).read_bytes() == (FOLDER / f"{dataset}.json").read_bytes()


@pytest.mark.parametrize("dataset", EVERY)
def test_each_example_has_its_label_and_all_its_values(dataset: str) -> None:
    card, told = datasets.dataset_card(dataset), json.loads(as_json(dataset))
    assert told["classes"] == list(card.classes)
    assert told["labels"] == datasets.load(dataset).test.labels[list(card.shown)].tolist()
    assert len(b64decode(told["inputs"])) == len(card.shown) * np.prod(card.input_shape)


def test_pixels_are_those_of_the_source() -> None:
    card, told = datasets.dataset_card("digits"), json.loads(as_json("digits"))
    inputs = np.frombuffer(b64decode(told["inputs"]), np.uint8).reshape(len(card.shown), 64)
    source = {tuple(np.rint(255 * image / 16).astype(int)) for image in load_digits().data}
    assert all(tuple(image.astype(int)) in source for image in inputs)
