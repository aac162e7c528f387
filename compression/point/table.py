"""Points as a pandas table. Names carry the unit, as METRICS has them: ``size_bytes``, ``latency_ms``. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from compression.point.metrics import METRICS

if TYPE_CHECKING:
    import pandas

Row = dict[str, Any]

ABOUT = ("key", "model", "technique", "recipe", "steps", "seed", "origin", "stage")
"""What a row says before its figures; ``steps`` is what the command line and ``run`` take."""


def as_frame(rows: Sequence[Row]) -> pandas.DataFrame:
    """One row a point: ABOUT, the figures that any of them has, then their 95 % intervals.

    ``frame.attrs["units"]`` has the unit of each figure; one that was not measured is NaN, never 0.
    """
    import pandas

    figures = [name for name in METRICS if _is_known(rows, name)]
    ends = [end for name in figures for end in (f"{name}_low", f"{name}_high")]
    ends = [end for end in ends if _is_known(rows, end)]
    frame = pandas.DataFrame(list(rows), columns=[*ABOUT, *figures, *ends])
    frame[[*figures, *ends]] = frame[[*figures, *ends]].astype(float)
    frame.attrs["units"] = {name: METRICS[name].unit for name in figures}
    return frame


def _is_known(rows: Sequence[Row], name: str) -> bool:
    return any(row.get(name) is not None for row in rows)
