"""The energy of one example: counted by the processor where it can be, else power times latency; it says which."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compression.measure.power import power_of_this_machine
from compression.point import Measurement

POWERCAP = Path("/sys/class/powercap")
COUNTING_SECONDS = 0.1
"""The counter is updated about every millisecond, so that this is read within 1 %."""


@dataclass(frozen=True)
class Counter:
    """One package's running energy counter (RAPL, by Linux's powercap), in microjoules; it wraps at `limit`."""

    file: Path
    limit: int

    def read(self) -> int:
        return int(self.file.read_text())

    def since(self, start: int) -> int:
        """Microjoules since it read `start`, over at most one wrap."""
        return (self.read() - start) % (self.limit + 1)


def energy_counters(folder: Path = POWERCAP) -> tuple[Counter, ...]:
    """The packages' counters that this process may read; none on virtual machines, on macOS and for most users."""
    counters = []
    for zone in sorted(folder.glob("intel-rapl:*")) if folder.is_dir() else []:
        if zone.name.count(":") != 1:  # a part of a package, counted with it
            continue
        try:
            counter = Counter(zone / "energy_uj", int((zone / "max_energy_range_uj").read_text()))
            counter.read()
        except (OSError, ValueError):
            continue
        counters.append(counter)
    return tuple(counters)


def measure_energy(
    latency: Measurement,
    run: Callable[[], object] | None = None,
    *,
    counters: Sequence[Counter] | None = None,
    seconds: float = COUNTING_SECONDS,
) -> Measurement:
    """Millijoules for one example.

    With a counter and `run`, which makes one inference, it is counted over so many seconds of repeated runs, less
    what the idle machine takes meanwhile. Without, it is this machine's power of one core times `latency`.
    """
    counters = energy_counters() if counters is None else counters
    if run is not None and counters:
        return _counted(run, tuple(counters), seconds)
    return modelled_energy(latency)


def modelled_energy(latency: Measurement) -> Measurement:
    """Power of one core x latency; its low and high are the latency's, the power's own error is not in them."""
    power = power_of_this_machine()
    value, low, high = (
        None if ms is None else power.watts * ms
        for ms in (latency.value, latency.low, latency.high)
    )
    note = f"{power.watts:g} W ({power.source}) x latency"
    return Measurement(
        value=value, unit="mJ", how="modelled", low=low, high=high, n=latency.n, note=note
    )


def _counted(
    run: Callable[[], object], counters: tuple[Counter, ...], seconds: float
) -> Measurement:
    idle_watts = _idle_watts(counters)
    joules, took, runs = _count(run, counters, seconds)
    whole = 1000 * joules / runs
    above_idle = 1000 * max(0.0, joules - idle_watts * took) / runs
    return Measurement(
        value=above_idle,
        unit="mJ",
        how="measured",
        low=above_idle,
        high=whole,
        n=runs,
        note=f"counted by the processor (RAPL) over {took:.1f} s, less {idle_watts:.3g} W when idle; "
        "high is with them",
    )


@cache
def _idle_watts(counters: tuple[Counter, ...]) -> float:
    """What the machine takes while this process does nothing, measured once: other work then is taken off too."""
    joules, took, _ = _count(lambda: time.sleep(COUNTING_SECONDS), counters, seconds=0)
    return joules / took


def _count(
    run: Callable[[], object], counters: Sequence[Counter], seconds: float
) -> tuple[float, float, int]:
    """Joules and seconds that at least one run took, and how many runs."""
    before = [counter.read() for counter in counters]
    start = time.perf_counter()
    runs = 0
    while not runs or time.perf_counter() - start < seconds:
        run()
        runs += 1
    took = time.perf_counter() - start
    used = sum(counter.since(value) for counter, value in zip(counters, before, strict=True))
    return used / 1e6, took, runs
