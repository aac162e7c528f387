"""Models that are in no catalogue."""

from __future__ import annotations

from compression.models.catalogue import ModelCard
from datasets import digits


def a_card(model_id: str = "made-up", architecture: str = "torch.nn:Identity") -> ModelCard:
    """The card of a model that nobody can look up."""
    return ModelCard(
        model_id, model_id, digits.CARD, architecture, parameters=0, macs=0, summary=""
    )
