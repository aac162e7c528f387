"""Random numbers that depend on what they are for alone, so that a round is the same whenever it is played."""

from __future__ import annotations

import hashlib

import torch


def chance(seed: int, *purpose: str | int) -> torch.Generator:
    """A generator of its own for each purpose, as in ``chance(seed, "batches", round, client)``."""
    digest = hashlib.sha256(repr((seed, *purpose)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") % 2**63)
