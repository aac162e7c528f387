"""Makes the bundled files again from their sources: python -m datasets.bundle WATCH_DATASET_NPY

Fashion-MNIST comes from its official files (`fashion_files.full_folder`); the argument is
`seglearn/data/watch_dataset.npy` out of seglearn 1.2.5's wheel. That file is pickled, so it is
opened only here, and only after its hash has been checked.
"""

import hashlib
import io
import sys
from pathlib import Path

import numpy as np

from compression.files import replacing
from datasets import watch
from datasets.dataset import DatasetError
from datasets.fashion_files import (
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    read_official,
)
from datasets.fashion_mnist import BUNDLED_TRAIN, balanced_order
from datasets.folders import BUNDLED

WATCH_SHA256 = "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537"


def bundle_fashion_mnist(target: Path) -> None:
    """All test images, and the training images that `balanced_order` puts first."""
    images, labels = read_official(TRAIN_IMAGES), read_official(TRAIN_LABELS)
    first = balanced_order(images, labels)[:BUNDLED_TRAIN]
    with replacing(target) as file:
        np.savez_compressed(
            file,
            train_images=images[first],
            train_labels=labels[first],
            test_images=read_official(TEST_IMAGES),
            test_labels=read_official(TEST_LABELS),
        )


def bundle_watch(source: Path, target: Path) -> None:
    """The 140 recordings end to end, as integers in thousandths; `ends` tells where each stops."""
    content = source.read_bytes()
    if hashlib.sha256(content).hexdigest() != WATCH_SHA256:
        raise DatasetError(
            f"{source} is not seglearn 1.2.5's watch_dataset.npy; unzip it from that wheel."
        )
    raw = np.load(io.BytesIO(content), allow_pickle=True).item()
    with replacing(target) as file:
        np.savez_compressed(
            file,
            samples=np.rint(np.concatenate(raw["X"]) / watch.UNIT).astype(np.int16),
            ends=np.cumsum([len(recording) for recording in raw["X"]]),
            exercise=np.asarray(raw["y"], np.uint8),
            person=np.asarray(raw["subject"], np.uint8),
        )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    BUNDLED.mkdir(exist_ok=True)
    bundle_fashion_mnist(BUNDLED / "fashion-mnist.npz")
    bundle_watch(Path(sys.argv[1]), BUNDLED / "watch.npz")
