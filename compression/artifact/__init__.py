"""One real file that holds a compressed model: its length is the size that is reported."""

from __future__ import annotations

from compression.artifact.from_disk import read
from compression.artifact.packed_file import MAGIC, Packed, pack, unpack

__all__ = ["MAGIC", "Packed", "pack", "read", "unpack"]
