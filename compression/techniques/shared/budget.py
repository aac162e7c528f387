"""A budget shared out among layers: each piece of it goes where it removes most error. Torch-free.

Errors of layers add up nearly enough (as in HAWQ-V2, Dong et al., 2019, arXiv:1911.03852), and a layer's
useful choices are the corners of its lower convex hull of error over cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LayerCosts:
    """One layer's bytes and output error at each choice, for instance of bits."""

    path: str
    values: int
    bytes: tuple[float, ...]
    errors: tuple[float, ...]


def share_out(layers: Sequence[LayerCosts], budget: float) -> dict[str, int]:
    """By path, the place of a choice: little error in at most ``budget`` bytes, or the least bytes there can be."""
    rows = {layer.path: layer for layer in layers}
    hulls = {layer.path: hull(layer) for layer in layers}
    places = {path: corners[0] for path, corners in hulls.items()}
    left = budget - sum(rows[path].bytes[place] for path, place in places.items())
    for path, start, end in _upgrades(rows, hulls):
        price = rows[path].bytes[end] - rows[path].bytes[start]
        if places[path] == start and price <= left:
            places[path], left = end, left - price
    return places


def hull(layer: LayerCosts) -> list[int]:
    """The places on the lower convex hull of error over bytes, smallest first, error always falling."""
    found: list[int] = []
    order = sorted(
        range(len(layer.bytes)), key=lambda place: (layer.bytes[place], layer.errors[place])
    )
    for place in order:
        if found and layer.errors[place] >= layer.errors[found[-1]]:
            continue
        while len(found) > 1 and _slope(layer, *found[-2:]) <= _slope(layer, found[-1], place):
            found.pop()
        found.append(place)
    return found


def _upgrades(
    rows: Mapping[str, LayerCosts], hulls: Mapping[str, Sequence[int]]
) -> list[tuple[str, int, int]]:
    """All steps along all hulls, the most error removed per byte first."""
    steps = []
    for path, corners in hulls.items():
        for start, end in zip(corners, corners[1:], strict=False):
            steps.append((-_slope(rows[path], start, end), path, start, end))
    return [(path, start, end) for _, path, start, end in sorted(steps)]


def _slope(layer: LayerCosts, start: int, end: int) -> float:
    """Error removed per byte added."""
    return (layer.errors[start] - layer.errors[end]) / max(
        layer.bytes[end] - layer.bytes[start], 1e-9
    )
