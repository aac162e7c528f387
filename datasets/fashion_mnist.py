"""Fashion-MNIST: articles of clothing, 28 x 28 grey (Xiao et al., 2017, arXiv:1708.07747).

Bundled are all test images and a third of the training images; `full` asks for the rest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from datasets.dataset import Dataset, DatasetCard, Split, assemble
from datasets.fashion_files import TRAIN_IMAGES, TRAIN_LABELS, read_official
from datasets.folders import read_bundle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEAN, SPREAD = 0.2860, 0.3530
"""Of the pixels of the 60,000 training images, which run from 0 to 1."""

CARD = DatasetCard(
    id="fashion-mnist",
    title="Fashion-MNIST",
    summary="Photographs of clothing, 28 x 28 grey pixels: hard enough for compression to show.",
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    input_shape=(1, 28, 28),
    input_range=((0 - MEAN) / SPREAD, (1 - MEAN) / SPREAD),
    test_count=10_000,
    split_rule="The official test images; validation and calibration out of the training images.",
    licence="MIT (c) 2017 Zalando SE",
    source="https://github.com/zalandoresearch/fashion-mnist",
    kinds="kinds of clothes",
    seen="28 x 28 pixels",
    shown=(
        2308, 2930, 3017, 1087, 2398, 898, 2670, 9394, 2343, 6451, 7883, 4974,
        8997, 1836, 6513, 9441, 5592, 3116, 9210, 7278, 3429, 6990, 2998, 9917,
    ),
)  # fmt: skip

BUNDLED_TRAIN, BUNDLED_VALIDATION, FULL_VALIDATION = 20_000, 2_000, 5_000


def read(*, full: bool) -> Dataset:
    """The splits, of the bundled images or of all 70,000.

    The bundled validation images are the first of the full validation images, so a model trained on
    the full set has never seen the bundled validation split either.
    """
    import numpy as np

    bundle = read_bundle("fashion-mnist.npz")
    if not full:
        images, labels = bundle["train_images"], bundle["train_labels"]
        held_out = np.arange(len(labels)) < BUNDLED_VALIDATION
    else:
        images, labels = read_official(TRAIN_IMAGES), read_official(TRAIN_LABELS)
        order = balanced_order(images, labels)
        images, labels = images[order], labels[order]
        position, extra = np.arange(len(labels)), FULL_VALIDATION - BUNDLED_VALIDATION
        held_out = position < BUNDLED_VALIDATION
        held_out |= (position >= BUNDLED_TRAIN) & (position < BUNDLED_TRAIN + extra)
    return assemble(  # chosen while they are bytes: as floats they are four times as much to copy
        CARD,
        train=_split(images[~held_out], labels[~held_out]),
        validation=_split(images[held_out], labels[held_out]),
        test=_split(bundle["test_images"], bundle["test_labels"]),
    )


def balanced_order(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """An order of the training images in which every ten hold each class once.

    Within a class they are sorted by SHA-256: arbitrary, and the same on every machine for good.
    """
    import numpy as np

    digests = np.array([hashlib.sha256(image.tobytes()).hexdigest() for image in images])
    shuffled = np.argsort(digests, kind="stable")
    return np.stack([shuffled[labels[shuffled] == label] for label in range(10)], axis=1).ravel()


def _split(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Split:
    import numpy as np

    inputs = images.astype(np.float32)
    inputs /= 255
    inputs -= MEAN
    inputs /= SPREAD
    return Split(inputs.reshape(-1, *CARD.input_shape), labels.astype(np.int64))
