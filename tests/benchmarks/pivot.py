"""A table of the README: a line for each method, a column for each setting, mean and range in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.setting import SEEDS
from tests.benchmarks.table import Key, Seeds, line

Name = tuple[str, str]
"""A tool and its method."""


@dataclass(frozen=True)
class Pivot:
    """A line for each method of which anything was measured, a column for each setting."""

    part: str
    lines: Mapping[str, Name]
    settings: Mapping[str, str]
    """The columns' heads with the settings' names."""
    model: str
    bytes_at: str = ""
    """The setting at which a last column gives the file."""

    def text(self, found: Mapping[Key, Seeds]) -> str:
        rows = {
            label: [found.get((self.part, self.model, *name, s)) for s in self.settings.values()]
            for label, name in self.lines.items()
        }
        rows = {label: row for label, row in rows.items() if any(row)}
        lines = [["", *self.settings], ["---"] * (1 + len(self.settings))]
        lines += [[label, *map(accuracy, row)] for label, row in rows.items()]
        told = {
            label: [s.cpu_s for s in row if s and s.cpu_s is not None]
            for label, row in rows.items()
        }
        if any(told.values()):
            _add(lines, "CPU seconds", [span(seconds) for seconds in told.values()])
        if self.bytes_at:
            at = list(self.settings).index(self.bytes_at)
            _add(lines, f"file at {self.bytes_at}", [size(row[at]) for row in rows.values()])
        return "\n".join(map(line, lines))


def _add(lines: list[list[str]], head: str, cells: Sequence[str]) -> None:
    """A column more."""
    for row, cell in zip(lines, [head, "---", *cells], strict=True):
        row.append(cell)


def accuracy(seeds: Seeds | None) -> str:
    """Mean and range, and of how many seeds where these are not all; one figure where nothing is drawn."""
    if seeds is None:
        return "-"
    count = len(seeds.rows)
    if count == len(SEEDS) or seeds.rows[0].seed is None:
        return seeds.accuracy
    return f"{seeds.accuracy}, {count} seed" + "s" * (count > 1)


def size(seeds: Seeds | None) -> str:
    return "-" if seeds is None or seeds.bytes is None else f"{seeds.bytes / 1000:.1f} kB"


def span(seconds: Sequence[float]) -> str:
    """The least and the most, as ``0.1 to 2.3``."""
    told = [_told(value) for value in (min(seconds), max(seconds))] if seconds else ["-"]
    return " to ".join(dict.fromkeys(told))


def _told(seconds: float) -> str:
    digits = 0 if seconds >= 10 else 1 if seconds >= 0.1 else 2
    return f"{seconds:.{digits}f}"
