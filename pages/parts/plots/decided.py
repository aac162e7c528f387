"""What the plots show of a decision: the point to take, those that tie with it, and the limits as lines to drag."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class LimitLine:
    """A limit across an axis: at ``value`` of ``metric``, in METRICS' unit; None while it is not set."""

    name: str
    metric: str
    value: float | None
    words: str = ""


@dataclass(frozen=True)
class Decided:
    """The keys of the choice and of its ties, the limits' lines, and what colour and size of points say."""

    choice: str = ""
    label: str = ""
    ties: Collection[str] = ()
    lines: Sequence[LimitLine] = ()
    colour: str = ""
    """A metric whose values colour the points; empty: their technique does."""
    size: str = ""
    """A metric by whose values points are larger; empty: all are alike."""
    parallel: Sequence[str] = ()
    """The metrics of the parallel coordinates beneath the plots; empty: there are none."""
    brushed: str = ""
    """What is brushed there, as the address has it: ``size_bytes:0~20000``."""

    def message(self) -> dict[str, Any]:
        return {
            "choice": self.choice,
            "label": self.label,
            "ties": sorted(self.ties),
            "lines": [asdict(line) for line in self.lines],
            "colour": self.colour,
            "size": self.size,
            "parallel": list(self.parallel),
            "brushed": self.brushed,
        }
