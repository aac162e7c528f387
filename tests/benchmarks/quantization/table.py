"""The table: a row for each measurement, kept as JSON and written as Markdown."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

PATH = "QUANTIZATION_TABLE"
"""The environment's name for a JSON file to collect rows in; beside it a Markdown file of the same name."""


@dataclass(frozen=True)
class Row:
    """One method at one bit width on one model, judged on the whole test set."""

    model: str
    tool: str
    method: str
    bits: float
    accuracy: float
    cpu_s: float
    """CPU-seconds of the compression, everything imported and the model loaded."""
    warm_cpu_s: float | None = None
    """The same once more, where something is remembered in between."""
    bytes: int | None = None
    """Of a real file; None where the tool only simulates."""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str, float]:
        return self.model, self.tool, self.method, self.bits


def record(row: Row) -> None:
    """Print a row, and put it in the file if there is one, in place of an older one of the same key."""
    print(json.dumps(asdict(row)), flush=True)
    if path := os.environ.get(PATH):
        file = Path(path)
        rows = {old.key: old for old in read(file)} | {row.key: row}
        file.write_text(json.dumps([asdict(row) for row in rows.values()], indent=1))
        file.with_suffix(".md").write_text(markdown(list(rows.values())))


def read(file: Path) -> list[Row]:
    return [Row(**row) for row in json.loads(file.read_text())] if file.exists() else []


def markdown(rows: list[Row]) -> str:
    """A table per model: a line for each method, its accuracy in per cent at each bit width."""
    parts = []
    for model in dict.fromkeys(row.model for row in rows):
        found = [row for row in rows if row.model == model]
        widths = sorted({row.bits for row in found}, reverse=True)
        head = ["method", *(f"{bits:g} bits" for bits in widths), "bytes at these", "CPU-s", "note"]
        methods = dict.fromkeys((row.tool, row.method) for row in found)
        lines = [_line([r for r in found if (r.tool, r.method) == m], widths) for m in methods]
        parts.append(
            "\n".join([f"### {model}\n", _cells(head), _cells(["---"] * len(head)), *lines])
        )
    return "\n\n".join(parts) + "\n"


def _line(rows: list[Row], widths: list[float]) -> str:
    at = {row.bits: row for row in rows}
    accuracies = [f"{100 * at[bits].accuracy:.2f}" if bits in at else "" for bits in widths]
    sizes = [f"{row.bytes:,}" for row in rows if row.bytes is not None] or ["simulated"]
    seconds = f"{median(row.cpu_s for row in rows):.2f}"
    if again := [row.warm_cpu_s for row in rows if row.warm_cpu_s is not None]:
        seconds += f"; again {median(again):.2f}"
    notes = "; ".join(dict.fromkeys(row.note for row in rows if row.note))
    name = f"{rows[0].tool}: {rows[0].method}"
    return _cells([name, *accuracies, " / ".join(sizes), seconds, notes])


def _cells(texts: list[str]) -> str:
    return "| " + " | ".join(texts) + " |"
