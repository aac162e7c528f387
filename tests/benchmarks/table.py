"""The table of ours beside others: a row a measurement, kept as JSON; a line for what the seeds gave together."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

PATH = "PEERS_TABLE"
"""The environment's name for a JSON file to collect rows in; beside it a Markdown file of the same name."""

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Row:
    """One method at one setting with one seed, judged on the whole test set."""

    part: str
    """What is compared: weights, channels, bytes, bits, activations or published."""
    model: str
    tool: str
    method: str
    setting: str
    accuracy: float
    cpu_s: float | None
    """CPU-seconds of the compression, everything imported and the model loaded, nothing remembered; None where others
    measured."""
    seed: int | None = None
    """Which draws the calibration images and all that is random; None where nothing is drawn."""
    bytes: int | None = None
    parameters: int | None = None
    note: str = ""

    @property
    def key(self) -> Key:
        """What all seeds share."""
        return self.part, self.model, self.tool, self.method, self.setting


@dataclass(frozen=True)
class Seeds:
    """All rows of one key."""

    rows: tuple[Row, ...]

    @property
    def accuracies(self) -> list[float]:
        """In per cent, the lowest first."""
        return sorted(100 * row.accuracy for row in self.rows)

    @property
    def mean(self) -> float:
        return fmean(self.accuracies)

    @property
    def accuracy(self) -> str:
        """Mean and range, as ``91.70 (91.5-91.9)``; one figure where there is one."""
        low, *_, high = [*self.accuracies, self.accuracies[-1]]
        return f"{self.mean:.2f}" + f" ({low:.1f}-{high:.1f})" * (len(self.rows) > 1)

    @property
    def cpu_s(self) -> float | None:
        """The least: what else the machine does can only add to it."""
        return min((row.cpu_s for row in self.rows if row.cpu_s is not None), default=None)

    @property
    def bytes(self) -> float | None:
        return _mean([row.bytes for row in self.rows])

    @property
    def parameters(self) -> float | None:
        return _mean([row.parameters for row in self.rows])


def by_key(rows: Iterable[Row]) -> dict[Key, Seeds]:
    """Each key with its rows, in the order in which they were first measured."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return {key: Seeds(tuple(rows)) for key, rows in found.items()}


def record(row: Row) -> None:
    """Print a row, and put it in the file if there is one, in place of an older one of the same key and seed."""
    print(json.dumps(asdict(row)), flush=True)
    if path := os.environ.get(PATH):
        file = Path(path)
        rows = {(old.key, old.seed): old for old in read(file)} | {(row.key, row.seed): row}
        file.write_text(json.dumps([asdict(row) for row in rows.values()], indent=1))
        file.with_suffix(".md").write_text(markdown(rows.values()))


def read(file: Path) -> list[Row]:
    return [Row(**row) for row in json.loads(file.read_text())] if file.exists() else []


def markdown(rows: Iterable[Row]) -> str:
    """For each part and model a table with a line for each method and setting."""
    head = [
        "tool",
        "method",
        "setting",
        "accuracy",
        "seeds",
        "parameters",
        "bytes",
        "CPU-s",
        "note",
    ]
    tables: dict[tuple[str, str], list[str]] = {}
    for (part, model, *names), seeds in by_key(rows).items():
        sizes = ["" if size is None else f"{size:,.0f}" for size in (seeds.parameters, seeds.bytes)]
        count, note = str(len(seeds.rows)), seeds.rows[0].note
        seconds = "" if seeds.cpu_s is None else f"{seeds.cpu_s:.2f}"
        cells = [*names, seeds.accuracy, count, *sizes, seconds, note]
        tables.setdefault((part, model), [line(head), line(["---"] * len(head))]).append(
            line(cells)
        )
    return (
        "\n\n".join(
            "\n".join([f"### {part}, {model}\n", *lines]) for (part, model), lines in tables.items()
        )
        + "\n"
    )


def line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _mean(values: list[int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
