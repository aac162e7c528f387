"""Others' points beside ours, where nothing is known under their key: no measured point gives way to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compression.point import Point
from compression.store import bundled
from compression.store.store import Store


@dataclass(frozen=True)
class Taken:
    """Of points that were taken in: how many are new, and how many were known already, by whomever measured."""

    added: int
    known: int


def take_in(store: Store, points: Sequence[Point]) -> Taken:
    """Keep them for all processes, in one transaction."""
    measured = store.have(point.key for point in points)
    models = {point.recipe.model for point in points}
    shipped = {key for model in models for key in bundled.points(model, store.bundled_folder)}
    added = store.imported.add(p for p in points if p.key not in measured | shipped)
    return Taken(added, len(points) - added)
