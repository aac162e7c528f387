"""What a data set is: a card that describes it and four splits. Knows nothing of models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CALIBRATION_COUNT = 512


class DatasetError(Exception):
    """Data is unknown, missing, damaged or out of reach; the message is a sentence for the user."""


@dataclass(frozen=True)
class DatasetCard:
    """What a user should know before choosing a data set."""

    id: str
    title: str
    summary: str
    classes: tuple[str, ...]
    input_shape: tuple[int, ...]
    """Shape of one input, without the batch axis."""
    test_count: int
    split_rule: str
    licence: str
    source: str
    input_range: tuple[float, float] | None = None
    """The lowest and the highest that an input can be once it is normalised, where it has such ends, as pixels have."""
    input_dtype: str = "float32"
    """The number type of the inputs, as NumPy names it."""
    sha256: str = ""
    """Of a user's own data, then part of every recipe's key; the project's data sets are known by their ids."""
    metric: str = "accuracy"
    """What a model's quality on it is measured by: a row of the table of metrics."""
    kinds: str = "classes"
    """What its classes are, in the plural: a model tells so many of these apart."""
    has_people: bool = False
    """Whether it says which person each training example is of."""
    seen: str = ""
    """What a model sees of one example: tells them apart "from 28 x 28 pixels"."""
    shown: tuple[int, ...] = ()
    """Places in the test split of the few examples that pages show beside a model's answers: the first half drawn at
    random, the other among those that models find hard (`compression/bundling/shown_examples.py`). Points keep their
    answers in this order: other places need another MEASURING_VERSION."""


@dataclass(frozen=True, eq=False)
class Split:
    """Inputs, float32 [N, *input_shape] and normalised, with their labels, int64 [N]."""

    inputs: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, which: Any) -> Split:
        """The examples that an index array, a mask or a slice chooses."""
        return Split(self.inputs[which], self.labels[which])

    def stratified(self, n: int, seed: int = 0) -> Split:
        """`n` examples with the classes in their proportions: always the same ones for a seed.

        They keep their order; the whole split is returned where it has no more than `n`.
        """
        import numpy as np

        return self if n >= len(self) else self.take(np.sort(self.mixed(seed)[:n]))

    def drawn(self, n: int, seed: int) -> Split:
        """Up to `n` examples, always the same ones for a seed, of which the first few have the proportions as well."""
        return self.take(self.mixed(seed)[:n])

    def mixed(self, seed: int) -> NDArray[np.int64]:
        """All places, drawn by the seed such that any first few have the classes in their proportions."""
        import numpy as np

        # RandomState: its stream is frozen for good, so the subset is the same under every NumPy.
        random = np.random.RandomState(seed)
        shuffled = random.permutation(len(self))
        by_class = [shuffled[self.labels[shuffled] == label] for label in np.unique(self.labels)]
        # Walking all classes at an even pace: the k-th of m members stands at (k + 1/2) / m.
        pace = np.concatenate(
            [(np.arange(len(members)) + 0.5) / len(members) for members in by_class]
        )
        return np.concatenate(by_class)[np.argsort(pace, kind="stable")]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A task, cut into splits: `calibration` is part of `train`, the other three share nothing.

    What is deployed is always shown the same `calibration`; a recipe draws its own from `train`, by its seed.
    """

    card: DatasetCard
    train: Split
    validation: Split
    calibration: Split
    test: Split
    people: NDArray[np.int64] | None = None
    """Who recorded each training example [N], where that is known."""


def assemble(
    card: DatasetCard,
    *,
    train: Split,
    validation: Split,
    test: Split,
    people: NDArray[np.int64] | None = None,
) -> Dataset:
    """The data set with a fixed, stratified part of its training split for calibration."""
    calibration = train.stratified(CALIBRATION_COUNT)
    return Dataset(card, train, validation, calibration, test, people)
