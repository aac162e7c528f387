"""A file of somebody else's points, read within bounds: which of its rows are points, and why the others aren't."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compression.errors import LabError, UsageError, reason_of, short
from compression.exchange.columns import body_of, columns
from compression.exchange.judging import Refused, judged
from compression.exchange.outgoing import as_written, format_of
from compression.point import METRICS, Point

MOST_BYTES = 64 * 2**20
MOST_ROWS = 20_000
MOST_UNPACKED = 512 * 2**20
"""Of a Parquet file, whose few bytes may stand for many."""

UNITS = ("_us", "_ns", "_s", "_kb", "_mb", "_percent", "_mj", "_j", "_ms", "_bytes")


@dataclass(frozen=True)
class Incoming:
    """What a file holds: points of ours, and how many rows were refused, by reason."""

    points: tuple[Point, ...]
    refused: Mapping[str, int]

    @property
    def rows(self) -> int:
        return len(self.points) + sum(self.refused.values())


def read_file(file: Path, source: str = "") -> Incoming:
    """UsageError where it can't be read as a whole."""
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise _too_large(size)
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file} can't be read ({error.strerror}): name a file of points."
        ) from None
    return read_points(content, file.name, source)


def read_points(content: bytes, name: str, source: str = "") -> Incoming:
    """The points in a file's content; its ``name`` says the format, and the source where the rows don't."""
    if len(content) > MOST_BYTES:
        raise _too_large(len(content))
    format, source = format_of(Path(name)), _source(source or Path(name).name)
    read = {"csv": _csv, "json": _json, "parquet": _parquet}[format]
    points: dict[str, Point] = {}
    refused: Counter[str] = Counter()
    for count, (key, body) in enumerate(read(content)):
        if count >= MOST_ROWS:
            raise UsageError(f"The file has more than {MOST_ROWS:,} rows: split it.")
        if isinstance(body, Refused):
            refused[str(body)] += 1
            continue
        try:
            point = judged(body, key, source)
        except Refused as why:
            refused[str(why)] += 1
            continue
        if point.key in points:
            refused["there twice: the first one counts"] += 1
        points.setdefault(point.key, point)
    return Incoming(tuple(points.values()), dict(refused))


Read = Iterator[tuple[str, Any]]
"""Keys with a point's JSON each, or with why there is none."""


def _json(content: bytes) -> Read:
    try:
        rows = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"The file is no JSON ({reason_of(error, 80)}): export the points again."
        ) from None
    if not isinstance(rows, list):
        raise UsageError(
            "The file is no list of points: export them by `points MODEL -o points.json`."
        )
    for row in rows:
        if not isinstance(row, Mapping):
            yield "", Refused("not a point")
        else:
            yield str(row.get("key", "")), {k: v for k, v in row.items() if k != "key"}


def _csv(content: bytes) -> Read:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("The file is no text in UTF-8: export the points again.") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _require(reader.fieldnames or ())
        for row in reader:
            yield _flat({name: as_written(value) for name, value in row.items() if name})
    except csv.Error as error:
        raise UsageError(
            f"The file is no CSV ({reason_of(error, 80)}): export the points again."
        ) from None


def _parquet(content: bytes) -> Read:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError(f"Parquet needs {error.name}: install it, or take csv or json.") from None
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        meta = file.metadata
        unpacked = sum(meta.row_group(n).total_byte_size for n in range(meta.num_row_groups))
        if meta.num_rows > MOST_ROWS or unpacked > MOST_UNPACKED:
            raise UsageError(
                f"The file holds too much: at most {MOST_ROWS:,} rows are read; split it."
            )
        names = file.schema_arrow.names
        _require(names)
        rows = file.read(columns=[name for name in names if name in columns()]).to_pylist()
    except (pyarrow.ArrowException, OSError) as error:
        raise UsageError(
            f"The file is no Parquet ({reason_of(error, 80)}): export the points again."
        ) from None
    for row in rows:
        yield _flat(row)


def _flat(row: Mapping[str, Any]) -> tuple[str, Any]:
    key = str(row.get("key") or "")
    try:
        return key, body_of(row)
    except LabError as error:
        return key, Refused(reason_of(error, 100))
    except (ValueError, TypeError, RecursionError):
        return key, Refused("a cell that is not what its column says")


def _require(names: Any) -> None:
    """UsageError for a table of something else, or of other units."""
    given = [str(name) for name in names]
    if missing := [name for name in ("key", "model", "steps") if name not in given]:
        raise UsageError(
            f"The table has no column {missing[0]}: export points by `points MODEL -o points.csv`, and import those."
        )
    known = set(columns())
    for name in given:
        if name not in known and (metric := _meant(name)):
            raise UsageError(
                f"The column {short(name, 40)!r} is of another unit: give {metric}_value in {METRICS[metric].unit}."
            )


def _meant(column: str) -> str | None:
    """The metric that a strange column seems to hold."""
    stem = column.lower().removesuffix("_value")
    for ending in UNITS:
        bare = stem.removesuffix(ending)
        for metric in METRICS:
            if bare != stem and metric.startswith(bare) and len(bare) > 2:
                return metric
    return None


def _source(text: str) -> str:
    """Who measured it, as points keep it: one short line of plain characters."""
    plain = "".join(c for c in text if c.isprintable() and c not in "<>&`\"'").strip()
    plain = plain.lstrip("=+-@ ")[:80]
    return plain or "an unnamed file"


def _too_large(size: int) -> UsageError:
    return UsageError(
        f"The file is {size / 2**20:.0f} MiB long, and at most {MOST_BYTES // 2**20} are read: split it."
    )
