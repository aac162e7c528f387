"""Which of a search's choices decide: functional ANOVA on a random forest (Hutter et al., 2014, PMLR 32:754).

The share of the forest's variance over the whole space that each choice explains alone. A search looks most where it is
good; the forest's mean over all settings makes up for that, as far as the forest is right, which is told as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compression.errors import UsageError
from compression.subjects import Subject

FEWEST = 12
"""Settings below which a forest says nothing."""

RESAMPLES, TREES, DRAWS = 24, 12, 200

Array = NDArray[np.float64]


def search_importance(
    subject: Subject,
    sizes: list[int],
    ordered: list[bool],
    places: list[list[int]],
    values: list[float],
) -> dict[str, Any]:
    """The share of each axis with its 95 % interval, what axes explain only together, and how good the forest is.

    ``sizes`` says how many positions each axis has, ``places`` [settings, axes] where the settings stand, ``values``
    what became of them. The interval is that of resampled settings; ``explained`` is R squared on settings that a
    resample left out, None where all values are alike.
    """
    found = np.array(values, dtype=float)
    where = np.array(places, dtype=int).reshape(len(values), len(sizes))
    if len(values) < FEWEST:
        raise UsageError(
            f"{len(values)} settings are too few to tell what decides: at least {FEWEST} are needed."
        )
    if np.ptp(found) == 0:
        nothing = [{"value": 0.0, "low": 0.0, "high": 0.0} for _ in sizes]
        return {"axes": nothing, "together": 0.0, "explained": None, "n": len(values)}
    rng = np.random.default_rng(0)
    drawn = np.stack([rng.integers(size, size=DRAWS) for size in sizes], axis=1)
    shares, left_out = [], []
    for _ in range(RESAMPLES):
        chosen = rng.integers(len(found), size=len(found))
        forest = _fitted(_coded(where[chosen], sizes, ordered), found[chosen], rng)
        shares.append(_shares(forest, drawn, sizes, ordered))
        others = np.setdiff1d(np.arange(len(found)), chosen)
        left_out.append((others, forest.predict(_coded(where[others], sizes, ordered))))
    every = np.array(shares)
    mean, (low, high) = every.mean(0), np.quantile(every, [0.025, 0.975], axis=0)
    return {
        "axes": [
            {"value": float(m), "low": float(a), "high": float(b)}
            for m, a, b in zip(mean, low, high, strict=True)
        ],
        "together": float(max(0.0, 1 - mean.sum())),
        "explained": _explained(left_out, found),
        "n": len(values),
    }


def _coded(places: NDArray[np.int64], sizes: Sequence[int], ordered: Sequence[bool]) -> Array:
    """Numbers as they are ordered, names as one column each."""
    columns = [
        places[:, [axis]] if ordered[axis] else np.eye(size)[places[:, axis]]
        for axis, size in enumerate(sizes)
    ]
    return np.concatenate(columns, axis=1).astype(float)


def _fitted(inputs: Array, values: Array, rng: np.random.Generator) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    forest = RandomForestRegressor(
        TREES, min_samples_leaf=2, max_features=0.7, random_state=int(rng.integers(2**31))
    )
    return forest.fit(inputs, values)


def _shares(
    forest: Any, drawn: NDArray[np.int64], sizes: Sequence[int], ordered: Sequence[bool]
) -> list[float]:
    """Variance of the forest's mean at each position of an axis, over its whole variance."""
    whole = float(forest.predict(_coded(drawn, sizes, ordered)).var())
    shares = []
    for axis, size in enumerate(sizes):
        moved = np.repeat(drawn[None], size, axis=0)
        moved[:, :, axis] = np.arange(size)[:, None]
        answers = forest.predict(_coded(moved.reshape(-1, len(sizes)), sizes, ordered))
        alone = float(answers.reshape(size, -1).mean(1).var())
        shares.append(min(1.0, alone / whole) if whole > 0 else 0.0)
    return shares


def _explained(left_out: Sequence[tuple[NDArray[np.int64], Array]], found: Array) -> float | None:
    total, count = np.zeros(len(found)), np.zeros(len(found))
    for others, answers in left_out:
        total[others] += answers
        count[others] += 1
    seen = count > 0
    spread = found[seen].var()
    if not spread:
        return None
    return float(1 - ((total[seen] / count[seen] - found[seen]) ** 2).mean() / spread)
