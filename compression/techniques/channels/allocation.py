"""How many channels of each group stay: the same share of all, or where they matter most for a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from compression.errors import UsageError
from compression.techniques.channels.groups import Group
from compression.techniques.channels.price import Price, Widths
from compression.techniques.channels.selection import Curve

Counts = np.ndarray[tuple[int], np.dtype[np.int64]]

_ROUNDING = 1e-9


def uniform(groups: Sequence[Group], ratio: float) -> dict[str, int]:
    """The share ``1 - ratio`` of each group, rounded down, but at least one channel."""
    return {group.name: max(1, int(group.size * (1 - ratio) + _ROUNDING)) for group in groups}


def allowed(size: int, multiple: int) -> Counts:
    """The widths that a group of this size may have, ascending: its own, and multiples where there are two."""
    step = multiple if size >= 2 * multiple else 1
    return np.append(np.arange(step, size, step), size)


def nearest(groups: Sequence[Group], widths: Widths, multiple: int) -> dict[str, int]:
    """Each width moved to the nearest that is allowed."""
    found = {}
    for group in groups:
        counts = allowed(group.size, multiple)
        found[group.name] = int(counts[np.abs(counts - widths[group.name]).argmin()])
    return found


def by_error(
    curves: Mapping[str, Curve], price: Price, budget: int, fixed: Widths, multiple: int = 1
) -> dict[str, int]:
    """The widths with little error, summed over groups, that cost at most ``budget``.

    From all channels on, whichever steps lose least error for what they save, as far as it takes; then whatever
    still fits in comes back. ``fixed`` groups stay as they are, others get multiples of ``multiple``, or of
    half of it where the budget allows for none.
    """
    sizes = {name: len(curve.order) for name, curve in curves.items()}
    choices = {name: allowed(size, multiple) for name, size in sizes.items() if name not in fixed}
    widths = sizes | dict(fixed)
    smallest = {name: int(counts[0]) for name, counts in choices.items()}
    if price.at(widths | smallest) > budget:
        if multiple > 1:
            return by_error(curves, price, budget, fixed, multiple // 2)
        raise UsageError(
            f"The widths that are set leave no way to {budget:,} {price.unit}, which is what this ratio asks for: "
            "set smaller ones or a smaller ratio."
        )
    while price.at(widths) > budget:
        _, name, count = min(_steps(curves, price, widths, choices))
        widths[name] = count
    while (more := _fitting(curves, price, budget, widths, choices)) is not None:
        widths[more[1]] = more[2]
    return widths


def _steps(
    curves: Mapping[str, Curve], price: Price, widths: Widths, choices: Mapping[str, Counts]
) -> list[tuple[float, str, int]]:
    """Of each group the best step down: error per unit saved, and the width it leads to; ties go by name."""
    now = price.at(widths)
    found = []
    for name, allowed_here in choices.items():
        counts = allowed_here[allowed_here < widths[name]]
        if len(counts):
            size, error = len(curves[name].order), curves[name].error.numpy()
            lost = error[size - counts] - error[size - widths[name]]
            slopes = lost / np.maximum(now - price.at({**widths, name: counts}), 1)
            best = int(slopes.argmin())
            found.append((float(slopes[best]), name, int(counts[best])))
    return found


def _fitting(
    curves: Mapping[str, Curve],
    price: Price,
    budget: int,
    widths: Widths,
    choices: Mapping[str, Counts],
) -> tuple[float, str, int] | None:
    """The group whose next width wins most error of those that still fit in; None if none does."""
    found = []
    for name, counts in choices.items():
        size, error = len(curves[name].order), curves[name].error
        wider = counts[counts > widths[name]]
        if len(wider) and price.at({**widths, name: int(wider[0])}) <= budget:
            won = float(error[size - widths[name]] - error[size - int(wider[0])])
            found.append((won, name, int(wider[0])))
    return max(found, default=None)
