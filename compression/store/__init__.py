"""What was measured, kept: points, sweeps, packed files. Fourth word of the sentence; torch-free.

The only room that speaks SQL.
"""

from __future__ import annotations

from compression.store.store import Store
from compression.store.sweeps import SweepRecord

__all__ = ["Store", "SweepRecord"]
