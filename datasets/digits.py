"""Handwritten digits, 8 x 8 grey: the UCI test part that scikit-learn ships. Trains in a second."""

from __future__ import annotations

from datasets.dataset import Dataset, DatasetCard, Split, assemble

PIXELS, MEAN, SPREAD = (0, 16), 4.88, 6.02
"""The ends of what a pixel can be; their mean and spread."""

CARD = DatasetCard(
    id="digits",
    title="Handwritten digits",
    summary="Handwritten digits, 8 x 8 grey pixels: trained in seconds, nearly solved.",
    classes=tuple("0123456789"),
    input_shape=(1, 8, 8),
    input_range=((PIXELS[0] - MEAN) / SPREAD, (PIXELS[1] - MEAN) / SPREAD),
    test_count=540,
    split_rule="Fixed and stratified: 1,077 train, 180 validation, 540 test.",
    licence="CC BY 4.0 (UCI Machine Learning Repository)",
    source="https://archive.ics.uci.edu/dataset/80 (as shipped by scikit-learn)",
    kinds="handwritten digits",
    seen="8 x 8 pixels",
    shown=(
        492, 375, 495, 233, 391, 71, 493, 298, 382, 344, 45, 78,
        326, 31, 76, 503, 266, 223, 499, 173, 512, 361, 192, 528,
    ),
)  # fmt: skip


def read(*, full: bool) -> Dataset:
    """The splits; bundled and full are the same here."""
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    raw = load_digits()
    inputs = ((raw.data - MEAN) / SPREAD).astype(np.float32).reshape(-1, *CARD.input_shape)
    everything = Split(inputs, raw.target.astype(np.int64))

    def halves(indices: np.ndarray, count: int) -> list[np.ndarray]:
        labels = everything.labels[indices]
        return train_test_split(indices, test_size=count, stratify=labels, random_state=0)

    rest, test = halves(np.arange(len(everything)), CARD.test_count)
    train, validation = halves(rest, 180)
    return assemble(
        CARD,
        train=everything.take(train),
        validation=everything.take(validation),
        test=everything.take(test),
    )
