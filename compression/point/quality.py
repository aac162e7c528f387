"""Which metric says how good a model is: its data set's card names the row of METRICS. Torch-free."""

from __future__ import annotations

from compression.models.catalogue import model_card
from compression.point.metrics import METRICS, Metric, headline_costs
from datasets import DATASETS


def quality_of(model: str) -> Metric:
    """The metric of the model's task: accuracy for classes."""
    return METRICS[DATASETS[model_card(model).dataset].metric]


def headline_of(model: str) -> tuple[Metric, ...]:
    """What stands on the model's cards, in tables and among the limits: its quality, then its costs."""
    return (quality_of(model), *headline_costs())
