"""The tasks: arrays of what a model must tell apart, as train, validation, calibration and test.

`DATASETS` is the table: a new data set is one file with a `CARD` and a `read`, and one line here.
Importing this package costs nothing; NumPy is loaded when a data set is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from datasets import digits, fashion_files, fashion_mnist, watch
from datasets.dataset import Dataset, DatasetCard, DatasetError, Split

__all__ = [
    "DATASETS",
    "Dataset",
    "DatasetCard",
    "DatasetError",
    "Split",
    "dataset_card",
    "download",
    "full_available",
    "load",
]

_FILES = (fashion_mnist, digits, watch)

DATASETS: dict[str, DatasetCard] = {file.CARD.id: file.CARD for file in _FILES}


def dataset_card(dataset_id: str) -> DatasetCard:
    """The one look-up of data sets by name: the card of one; raises `DatasetError` where there is none."""
    if dataset_id not in DATASETS:
        raise DatasetError(
            f"There is no data set {dataset_id!r}; choose one of {', '.join(DATASETS)}."
        )
    return DATASETS[dataset_id]


def load(dataset_id: str, *, full: bool = False) -> Dataset:
    """The data set's four splits; `full` asks for every training image instead of the bundled ones.

    The arrays are shared by all callers in this process: read them, never write into them.
    Raises `DatasetError` where the id is unknown, or the full files are missing or damaged.
    """
    return _load_once(dataset_card(dataset_id).id, full)


def full_available(dataset_id: str) -> bool:
    """Whether `load(dataset_id, full=True)` finds its files here (not whether they are intact)."""
    return dataset_id != fashion_mnist.CARD.id or fashion_files.full_folder() is not None


def download(dataset_id: str, *, progress: fashion_files.OnBytes | None = None) -> Path:
    """Fetch the full data set into the user's cache folder; `progress(bytes_done, bytes_total)`.

    Raises `DatasetError` where the network or the disk fails, what arrives is not the official
    data, or the data set is bundled whole.
    """
    if dataset_card(dataset_id) is not fashion_mnist.CARD:
        raise DatasetError(
            f"{dataset_id} is bundled whole, so there is nothing to download; just load it."
        )
    return fashion_files.download(progress=progress)


@cache
def _load_once(dataset_id: str, full: bool) -> Dataset:
    file = next(file for file in _FILES if file.CARD.id == dataset_id)
    return file.read(full=full)
