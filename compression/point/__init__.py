"""What is measured: a point, the table of metrics, and what is read off many points. Torch-free."""

from __future__ import annotations

from compression.point.metrics import METRICS, Metric, axis_costs, headline_costs
from compression.point.point import Environment, Measurement, Point, StoredTensor
from compression.point.points import Points
from compression.point.quality import headline_of, quality_of

__all__ = [
    "METRICS",
    "Environment",
    "Measurement",
    "Metric",
    "Point",
    "Points",
    "StoredTensor",
    "axis_costs",
    "headline_costs",
    "headline_of",
    "quality_of",
]
