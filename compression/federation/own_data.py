"""A device's own examples: a NumPy file that stays where it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from compression.errors import UsageError
from datasets import DatasetCard


def read_examples(file: Path, card: DatasetCard) -> tuple[Tensor, Tensor]:
    """Inputs [N, *input_shape] and labels [N] from an .npz file with these two names; UsageError where they don't fit
    the data set that the model is for."""
    try:
        arrays = np.load(file, allow_pickle=False)  # a pickle could run code
        if not isinstance(arrays, np.lib.npyio.NpzFile):
            raise ValueError("a single array without a name")
        with arrays:
            inputs, labels = arrays["inputs"], arrays["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise UsageError(
            f"{file} holds no examples: save them with np.savez(file, inputs=..., labels=...), without pickled objects."
        ) from error
    wanted = f"{card.input_dtype} {list(card.input_shape)}"
    if inputs.dtype != card.input_dtype or inputs.shape[1:] != tuple(card.input_shape):
        raise UsageError(
            f"Each of the inputs in {file} is {inputs.dtype} {list(inputs.shape[1:])}, and a model for {card.id} takes "
            f"{wanted}: bring them into this shape."
        )
    if not np.issubdtype(labels.dtype, np.integer) or labels.shape != inputs.shape[:1]:
        raise UsageError(
            f"The labels in {file} are {labels.dtype} {list(labels.shape)}: give one whole number for each of the "
            f"{len(inputs)} inputs."
        )
    if not len(inputs) or not np.isfinite(inputs).all():
        raise UsageError(
            f"The inputs in {file} are none or no numbers: give at least one, all finite."
        )
    if labels.min() < 0 or labels.max() >= len(card.classes):
        raise UsageError(
            f"The labels in {file} go from {labels.min()} to {labels.max()}, and {card.id} has the classes 0 to "
            f"{len(card.classes) - 1}."
        )
    return torch.from_numpy(inputs), torch.from_numpy(labels.astype(np.int64))
