"""The knees of a front: where the next saving costs much more quality than the last one did. Torch-free, pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from compression.point.choosing import chooser_of
from compression.point.metrics import METRICS
from compression.point.pareto import cost
from compression.point.point import Point

LEAST_LOSS = 0.001
"""Quality lost by a halving below which it counts as lossless: a tenth of a point."""

LEAST_BEND = 2.0
"""How many times more the next halving must cost for a corner to be a knee."""

APART = math.log2(1.5)
"""Two knees that save about the same are one; the sharper one counts. In halvings."""

LEAST_RATIO, MOST_LOST = 1.1, 0.1
"""A knee saves at least that much against the original, and loses no more than ten points."""

LITTLE = 0.03
"""Quality lost, three points, up to which a knee is one to speak of."""


def knees(ratios: Sequence[float], losses: Sequence[float], *, most: int = 3) -> list[int]:
    """Rows of the sharpest knees of a front, at most ``most``, from the smallest saving on.

    ``ratios`` say how many times cheaper a point is than the original, ``losses`` how much quality it loses (a
    fraction). Only corners of the lower convex hull of losses over log ratios can be knees: what is above it is not
    worth its price. A corner's sharpness is how many times more the next halving costs than the last one did, read
    off the hull, so that it doesn't depend on how many points there are; the cheapest point is none, since nothing
    follows it. After Satopaa et al., 2011, "Finding a 'kneedle' in a haystack", for several knees.
    """
    hull = _hull([(0.0, 0.0, -1), *_savings(ratios, losses)])
    bends = [
        (_bend(hull, corner), corner)
        for corner in range(1, len(hull) - 1)
        if hull[corner][1] <= MOST_LOST
    ]
    chosen: list[_Corner] = []
    for bend, corner in sorted(bends, reverse=True):
        apart = all(abs(hull[corner][0] - other[0]) > APART for other in chosen)
        if bend >= LEAST_BEND and apart and len(chosen) < most:
            chosen.append(hull[corner])
    return [row for _, _, row in sorted(chosen)]


def knee_rows(points: Sequence[Point], x: str, on_front: Sequence[bool]) -> list[int]:
    """The rows of the knees among the points that are on the front of their quality against ``x``.

    Like the front, they are chosen by the quality on validation where that was measured. Without an original, or where
    the quality is no share of a whole, there are none.
    """
    original = next((point for point in points if not point.recipe.steps), None)
    if original is None or METRICS[chooser_of(points)].style != "percent":
        return []
    chooser, rows = chooser_of(points), [row for row, best in enumerate(on_front) if best]
    ratios = [_times_cheaper(points[row], original, x) for row in rows]
    losses = [cost(points[row], chooser) - cost(original, chooser) for row in rows]
    return [rows[knee] for knee in knees(ratios, losses)]


def main_knee(best: Sequence[Point], original: Point, x: str) -> Point | None:
    """The one point of a front to speak of: the last knee that loses little, else the first.

    Where it bends nowhere, that which loses least of those cheaper than the original; None if there is none.
    """
    points = [original, *(point for point in best if point.recipe.steps)]
    bends = [points[row] for row in knee_rows(points, x, [False, *(True for _ in points[1:])])]
    chooser = chooser_of(points)
    little = [p for p in bends if cost(p, chooser) - cost(original, chooser) <= LITTLE]
    if bends:
        return (little or bends[:1])[-1]
    cheaper = [point for point in points[1:] if _times_cheaper(point, original, x) > 1]
    return min(cheaper, key=lambda point: cost(point, chooser), default=None)


def _times_cheaper(point: Point, original: Point, x: str) -> float:
    value, whole = cost(point, x), cost(original, x)
    if not (value and whole):
        return math.nan
    return whole / value if METRICS[x].better == "lower" else value / whole


_Corner = tuple[float, float, int]


def _savings(ratios: Sequence[float], losses: Sequence[float]) -> list[_Corner]:
    """The points that save something, from the least saving on; of equal savings the one that loses least."""
    corners = sorted(
        (math.log2(ratio), loss, row)
        for row, (ratio, loss) in enumerate(zip(ratios, losses, strict=True))
        if math.isfinite(loss) and LEAST_RATIO <= ratio < math.inf
    )
    return list({corner[0]: corner for corner in reversed(corners)}.values())[::-1]


def _hull(corners: Sequence[_Corner]) -> list[_Corner]:
    """The lower convex hull, from left to right (Andrew, 1979)."""
    kept: list[_Corner] = []
    for corner in corners:
        while len(kept) > 1 and not _turns_up(kept[-2], kept[-1], corner):
            kept.pop()
        kept.append(corner)
    return kept


def _turns_up(a: _Corner, b: _Corner, c: _Corner) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])


def _bend(hull: Sequence[_Corner], corner: int) -> float:
    """What the next halving loses, over what the last one lost; near an end as much of a halving as there is."""
    here = hull[corner][0]
    after = min(1.0, hull[-1][0] - here)
    before = min(1.0, here)
    lost = hull[corner][1]
    next_one = (_loss_at(hull, here + after) - lost) / after
    last_one = (lost - _loss_at(hull, here - before)) / before
    return max(next_one, LEAST_LOSS) / max(last_one, LEAST_LOSS)


def _loss_at(hull: Sequence[_Corner], saving: float) -> float:
    for (x, y, _), (right, up, _) in pairwise(hull):
        if saving <= right:
            return y + (up - y) * (saving - x) / (right - x)
    return hull[-1][1]
