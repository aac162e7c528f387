"""What is measured: a point, the table of metrics, and what is read off many points. Torch-free."""

from __future__ import annotations

from compression.point.point import FORMATS, METRICS, Environment, Measurement, Point, StoredTensor

__all__ = ["Environment", "FORMATS", "METRICS", "Measurement", "Point", "StoredTensor"]
