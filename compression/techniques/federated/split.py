"""Who has which training examples: shared out by chance, by classes, or as people recorded them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compression.errors import UsageError
from compression.techniques.federated.knobs import Federate

Places = NDArray[np.int64]
"""Where a client's examples stand in the training split, ascending."""


def split(
    step: Federate,
    labels: NDArray[np.int64],
    classes: int,
    people: NDArray[np.int64] | None,
    seed: int,
) -> tuple[Places, ...]:
    """Each client's examples; some may have none. The same for equal seeds; all examples are dealt out."""
    if step.split == "people":
        if people is None:
            raise UsageError(
                "split=people makes each person a client, and this data set doesn't say who recorded what: "
                "choose split=dirichlet or iid, or the watch's data."
            )
        return tuple(np.flatnonzero(people == who) for who in np.unique(people))
    if step.split == "iid":
        shuffled = np.random.RandomState(seed).permutation(len(labels))
        return tuple(np.sort(part) for part in np.array_split(shuffled, step.clients))
    return dirichlet(labels, classes, step.clients, step.skew, seed)


def dirichlet(
    labels: NDArray[np.int64], classes: int, clients: int, alpha: float, seed: int
) -> tuple[Places, ...]:
    """Each client draws its mix of classes from a Dirichlet distribution around that of all examples, then as many
    examples as all others by this mix, from what is left (Hsu et al., 2019, arXiv:1909.06335)."""
    random = np.random.RandomState(seed)  # its stream is frozen for good
    stock = [list(random.permutation(np.flatnonzero(labels == label))) for label in range(classes)]
    prior = np.array([len(left) for left in stock]) / max(1, len(labels))
    sizes = [len(part) for part in np.array_split(np.arange(len(labels)), clients)]
    return tuple(np.sort(_drawn(random, stock, prior, alpha, size)) for size in sizes)


def _drawn(
    random: np.random.RandomState,
    stock: list[list[int]],
    prior: NDArray[np.float64],
    alpha: float,
    size: int,
) -> Places:
    """So many examples out of the stock, which loses them."""
    mix = _mix(random, alpha * prior * len(prior))
    chosen: list[int] = []
    while len(chosen) < size:
        left = np.array([len(each) for each in stock])
        there = np.where(left > 0, mix, 0.0)
        if there.sum() < 1e-12:  # what the client would have is gone: it takes of what there is
            there = left.astype(float)
        wanted = random.multinomial(size - len(chosen), there / there.sum())
        for each, count in zip(stock, np.minimum(wanted, left), strict=True):
            chosen += each[len(each) - count :]
            del each[len(each) - count :]
    return np.array(chosen, dtype=np.int64)


def _mix(random: np.random.RandomState, alpha: NDArray[np.float64]) -> NDArray[np.float64]:
    """One draw from the Dirichlet distribution; classes of which there is nothing have no share."""
    drawn = np.where(alpha > 0, random.standard_gamma(np.maximum(alpha, 1e-9)), 0.0)
    total = drawn.sum()
    if total > 0:
        return drawn / total
    likeliest = np.zeros_like(alpha)  # so uneven that all draws are zero
    likeliest[random.choice(np.flatnonzero(alpha > 0))] = 1.0
    return likeliest


def histograms(
    parts: tuple[Places, ...], labels: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """How many examples of each class [columns] each client [rows] has."""
    return np.stack([np.bincount(labels[part], minlength=classes) for part in parts])
