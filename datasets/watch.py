"""Watch gestures: seven shoulder exercises of ten people, by a watch's accelerometer and gyroscope.

Recordings of Burns et al., 2018, arXiv:1802.01489, cut into windows of 2.56 s here. Split by
person: with a person's windows on both sides any model scores nearly 100 %, which no new user sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasets.dataset import Dataset, DatasetCard, Split, assemble
from datasets.folders import read_bundle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CARD = DatasetCard(
    id="watch",
    title="Watch gestures",
    summary="Seven shoulder exercises by a smartwatch's motion sensors, in windows of 2.56 s.",
    classes=(
        "Pendulum",
        "Abduction",
        "Forward elevation",
        "Internal rotation",
        "External rotation",
        "Trapezius extension",
        "Upright row",
    ),
    input_shape=(6, 128),
    test_count=2267,
    split_rule="By person: 8, 9 and 10 are the test, 7 the validation, 1 to 6 are for training.",
    licence="BSD-3-Clause (c) 2018 David Burns",
    source="https://github.com/dmbee/seglearn (seglearn 1.2.5)",
    kinds="gestures",
    has_people=True,
    seen="2.56 s of acceleration and rotation at the wrist",
    shown=(
        1171, 70, 971, 600, 361, 1246, 1281, 2034, 1682, 1581, 791, 1360,
        2183, 289, 496, 2200, 281, 722, 1158, 914, 1109, 517, 952, 472,
    ),
)  # fmt: skip

WINDOW, STRIDE = 128, 32
TEST_PEOPLE, VALIDATION_PEOPLE = (8, 9, 10), (7,)
MEAN = (-0.0111, 0.3934, -0.1689, 0.0150, -0.0044, 0.0123)
SPREAD = (0.9280, 0.5128, 0.5835, 1.0489, 2.6140, 1.1285)
UNIT = 1e-3
"""The bundled integers are thousandths: of g for acceleration, of rad/s for rotation."""


def read(*, full: bool) -> Dataset:
    """The splits; bundled and full are the same here."""
    import numpy as np

    inputs, labels, people = windows()
    everything = Split(_normalise(inputs), labels)
    test, validation = np.isin(people, TEST_PEOPLE), np.isin(people, VALIDATION_PEOPLE)
    return assemble(
        CARD,
        train=everything.take(~test & ~validation),
        validation=everything.take(validation),
        test=everything.take(test),
        people=people[~test & ~validation],
    )


def windows() -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """All windows [N, 6, 128] in g and rad/s, with the exercise and the person (1-10) of each."""
    import numpy as np

    bundle = read_bundle("watch.npz")
    samples, ends, exercise, person = (
        bundle[name] for name in ("samples", "ends", "exercise", "person")
    )
    pieces, source = [], []
    for recording, signal in enumerate(np.split(samples, ends[:-1], axis=0)):
        views = np.lib.stride_tricks.sliding_window_view(signal, WINDOW, axis=0)[::STRIDE]
        pieces.append(views)
        source.append(np.full(len(views), recording))
    whose = np.concatenate(source)
    inputs = np.concatenate(pieces).astype(np.float32) * np.float32(UNIT)
    return inputs, exercise[whose].astype(np.int64), person[whose].astype(np.int64)


def _normalise(inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    # Per axis, over the recordings of the six people we train on.
    mean = np.array(MEAN, np.float32)[:, None]
    spread = np.array(SPREAD, np.float32)[:, None]
    return (inputs - mean) / spread
