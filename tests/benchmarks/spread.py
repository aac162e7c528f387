"""What a benchmark prints: one JSON line a measurement, with the ratio to its comparison in the same run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Spread:
    """Median and 95th percentile of some times, in ms."""

    p50: float
    p95: float
    n: int

    @classmethod
    def of(cls, samples_ms: Sequence[float]) -> Spread:
        cuts = quantiles(samples_ms, n=20, method="inclusive")
        return cls(round(cuts[9], 1), round(cuts[18], 1), len(samples_ms))


@dataclass(frozen=True)
class Target:
    """What is promised, in ms; None where nothing is."""

    p50: float | None = None
    p95: float | None = None

    def met_by(self, spread: Spread) -> bool:
        in_time = self.p50 is None or spread.p50 <= self.p50
        return in_time and (self.p95 is None or spread.p95 <= self.p95)


def report(name: str, ours: Spread, *, target: Target, stock: Spread | None = None) -> str:
    """The JSON line of one measurement; also printed."""
    line: dict[str, object] = {
        "benchmark": name,
        "p50_ms": ours.p50,
        "p95_ms": ours.p95,
        "n": ours.n,
    }
    line |= {"target_p50_ms": target.p50, "target_p95_ms": target.p95, "met": target.met_by(ours)}
    if stock is not None:
        line |= {"stock_p50_ms": stock.p50, "stock_p95_ms": stock.p95}
        line["times_quicker_than_stock"] = round(stock.p50 / ours.p50, 1)
    text = json.dumps(line)
    print(text, flush=True)
    return text
