"""Which of the clients' changes a server refuses: those that are no numbers, and those far larger than the others'."""

from __future__ import annotations

import torch
from torch import Tensor

HUGE = 20.0
"""So many times the median length of a round's changes is refused. Clients with ten times the examples of others move
about three times as far."""
FEW = 3
"""Fewer changes have no median worth the name: only what is no number is refused."""


def refused(changes: Tensor) -> list[bool]:
    """For each of the changes [K, size]."""
    lengths = torch.linalg.vector_norm(changes, dim=1, dtype=torch.float64)
    is_number = lengths.isfinite()
    usual = lengths[is_number].median() if int(is_number.sum()) >= FEW else torch.tensor(torch.inf)
    return [
        not (ok and length <= HUGE * usual) for ok, length in zip(is_number, lengths, strict=True)
    ]


def unreadable(changes: Tensor) -> list[bool]:
    """For each of the changes [K, size] whether it holds what is no number: all that is refused where nobody may be
    compared with others, or can be."""
    return [not each.isfinite().all() for each in changes]


def nonsense(changes: Tensor, faulty: list[bool]) -> Tensor:
    """The changes as faulty clients send them: every other NaN, the rest a thousand times too large."""
    if not any(faulty):
        return changes
    sent, turn = changes.clone(), 0
    for place, is_faulty in enumerate(faulty):
        if is_faulty:
            sent[place] = torch.nan if turn % 2 == 0 else 1000 * sent[place]
            turn += 1
    return sent
