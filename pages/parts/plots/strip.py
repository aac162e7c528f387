"""The strip beneath the plots: which test examples it shows, and what known points answer to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compression.models.catalogue import model_card
from compression.point import Point
from pages.parts import data
from pages.parts.shell.serving import asset_url


@dataclass(frozen=True)
class Strip:
    """Examples of one data set and the points that have answered them; the answers are texts of `point/shown.py`."""

    dataset: str
    count: int
    original: str
    points: Mapping[str, Point]

    def message(self, foreseen: Iterable[str]) -> dict[str, Any]:
        """What the browser needs, with the answers of the points that it may have to foresee, by their keys."""
        points = {key: self.points[key] for key in foreseen if key in self.points}
        return {
            "examples": asset_url(f"examples/{self.dataset}.json"),
            "count": self.count,
            "original": self.original,
            "answers": {key: point.shown for key, point in points.items() if point.shown},
            "left": {key: point.left for key, point in points.items() if point.left},
        }


def strip_of(model: str, known: data.Known) -> Strip | None:
    """The strip of a model's page; None where its data set shows no examples, as a user's own doesn't."""
    card = model_card(model).data
    if not card.shown:
        return None
    original = known.original.shown if known.original else ""
    return Strip(card.id, len(card.shown), original, known.by_key)
