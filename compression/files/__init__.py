"""How files are written: as a whole or not at all, and for their owner alone. Knows nothing of what is in them."""

from __future__ import annotations

from compression.files.folders import write_folder
from compression.files.named import write_named
from compression.files.private import PRIVATE, make_folder, tighten
from compression.files.whole import alone_in, replacing, sweep_up, write

__all__ = [
    "PRIVATE",
    "alone_in",
    "make_folder",
    "replacing",
    "sweep_up",
    "tighten",
    "write",
    "write_folder",
    "write_named",
]
