"""Writes the examples that pages show as files for the browser: python -m compression.bundling.example_files

One JSON file a data set, in ``assets/examples``: so pages need neither the data sets nor pictures made of them, and the
browser draws them in any size.
"""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import numpy as np

import datasets
from compression import files

FOLDER = Path(__file__).parents[2] / "assets" / "examples"
STANDARDISED = (-4.0, 4.0)
"""What is drawn of inputs without ends of their own: so many standard deviations around the mean."""


def write(dataset: str, folder: Path = FOLDER) -> Path:
    file = folder / f"{dataset}.json"
    files.write(file, f"{as_json(dataset)}\n".encode())
    return file


def as_json(dataset: str) -> str:
    """Classes, labels and inputs of the examples on the data set's card, the inputs as bytes in base 64."""
    card = datasets.dataset_card(dataset)
    shown = datasets.load(dataset).test.take(list(card.shown))
    low, high = card.input_range or STANDARDISED
    levels = np.clip((shown.inputs - low) / (high - low), 0, 1)
    return json.dumps(
        {
            "classes": card.classes,
            "labels": shown.labels.tolist(),
            "shape": card.input_shape,
            "seen": card.seen,
            "inputs": b64encode(np.rint(255 * levels).astype(np.uint8).tobytes()).decode(),
        }
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in datasets.DATASETS:
        print(write(name))
