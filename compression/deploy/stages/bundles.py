"""Batches that travel together: what a message costs, whatever is in it, is paid once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from compression.deploy.stages.exiting import Answer
from compression.deploy.stages.message import MOST_BATCH, Array

MOST_BUNDLED = 8


@dataclass(frozen=True)
class Bundle:
    """One or more batches of the same size."""

    batches: tuple[Array, ...]

    @property
    def batch(self) -> int:
        return len(self.batches[0])

    @property
    def nbytes(self) -> int:
        return sum(batch.nbytes for batch in self.batches)

    def joined(self, place: Array | None) -> Array:
        """All examples [n, *input_shape], in the given bytes where there are some."""
        first = self.batches[0]
        if place is None:
            return first if len(self.batches) == 1 else np.concatenate(self.batches)
        whole = place.view(first.dtype).reshape(-1, *first.shape[1:])
        return np.concatenate(self.batches, out=whole)


def bundled(batches: Iterable[Array], example_bytes: int, room: int) -> Iterator[Bundle]:
    """Batches of one size joined, as many as there is room for where an example takes so many bytes on a link."""
    held: list[Array] = []
    for batch in batches:
        size = len(batch)
        most = min(MOST_BUNDLED, room // (example_bytes * size or 1), MOST_BATCH // (size or 1))
        if held and (len(held[0]) != size or len(held) >= most):
            yield Bundle(tuple(held))
            held = []
        held.append(batch)
    if held:
        yield Bundle(tuple(held))


def unbundled(answer: Answer, batch: int) -> Iterator[Answer]:
    """The answer to each batch."""
    for start in range(0, len(answer.logits), batch):
        rows = slice(start, start + batch)
        missed = answer.missed[(answer.missed >= start) & (answer.missed < start + batch)] - start
        tensors = {name: each[rows] for name, each in answer.tensors.items()}
        yield replace(answer, tensors=tensors, left=answer.left[rows], missed=missed)
