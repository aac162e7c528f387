"""The table: a row for each measurement, kept as JSON and written as Markdown."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

PATH = "PRUNING_TABLE"
"""The environment's name for a JSON file to collect rows in; beside it a Markdown file of the same name."""

PARTS = ("weights", "channels", "bytes")
"""What a row is about: weights set to zero, channels removed, or the bytes of a file."""


@dataclass(frozen=True)
class Row:
    """One method at one setting, judged on the whole test set."""

    part: str
    tool: str
    method: str
    setting: str
    accuracy: float
    cpu_s: float
    """CPU-seconds of the compression, everything imported and the model loaded, nothing remembered."""
    parameters: int
    bytes: int | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.part, self.tool, self.method, self.setting


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
    """For each part a table with a line for each row."""
    parts = []
    for part in PARTS:
        found = [row for row in rows if row.part == part]
        lines = [
            "| tool | method | setting | accuracy | parameters | bytes | CPU-s |",
            "|---" * 7 + "|",
        ]
        parts.append("\n".join([f"### {part}\n", *lines, *map(_line, found)]))
    return "\n\n".join(parts) + "\n"


def _line(row: Row) -> str:
    size = "" if row.bytes is None else f"{row.bytes:,}"
    texts = [row.tool, row.method, row.setting, f"{100 * row.accuracy:.2f}", f"{row.parameters:,}"]
    return "| " + " | ".join([*texts, size, f"{row.cpu_s:.1f}"]) + " |"
