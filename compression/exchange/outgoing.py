"""Points as a file of one of three formats. In a CSV no text begins like a formula, for spreadsheets run those."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from compression.errors import UsageError, unknown
from compression.exchange.columns import columns, row_of, used_columns
from compression.point import Point

FORMATS = ("csv", "json", "parquet")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text cell that begins with one of these is run by spreadsheets (OWASP, "CSV Injection")."""

DEFUSED = "'"
"""Put before such a text, which a spreadsheet then shows as it is."""


def format_of(file: Path) -> str:
    """By the file's ending; UsageError where it is none of ours."""
    ending = file.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise unknown("format", ending or file.name, FORMATS)
    return ending


def as_bytes(points: Sequence[Point], format: str) -> bytes:
    """The whole file."""
    if format == "csv":
        return as_csv(points).encode()
    if format == "json":
        return as_json(points).encode()
    if format == "parquet":
        return as_parquet(points)
    raise unknown("format", format, FORMATS)


def as_csv(points: Sequence[Point], *, all_columns: bool = False) -> str:
    """Every figure as it was measured, without rounding; lines end as RFC 4180 says."""
    rows = [row_of(point) for point in points]
    names = columns() if all_columns else used_columns(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: defused(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def as_json(points: Sequence[Point]) -> str:
    """A list of points as the store keeps them, each with its key."""
    rows = [point.model_dump(mode="json") | {"key": point.key} for point in points]
    return json.dumps(rows, indent=1, ensure_ascii=False)


def as_parquet(points: Sequence[Point]) -> bytes:
    """The same columns as the CSV, typed."""
    try:
        import pandas
        import pyarrow  # noqa: F401 - pandas writes by it
    except ImportError as error:
        raise UsageError(f"Parquet needs {error.name}: install it, or write csv or json.") from None
    rows = [row_of(point) for point in points]
    table = pandas.DataFrame(rows, columns=used_columns(rows))
    for name in table.columns:
        if name.endswith(("_value", "_low", "_high", "seconds")):
            table[name] = table[name].astype("float64")
        elif name.endswith("_n"):
            table[name] = table[name].astype("Int64")
    content: bytes = table.to_parquet(index=False)
    return content


def defused(value: Any) -> Any:
    """A text that a spreadsheet can't take for a formula; numbers are left as they are."""
    return DEFUSED + value if _is_formula(value) else value


def as_written(value: Any) -> Any:
    """The text as it was before it was defused."""
    is_defused = _is_formula(value) and value.startswith(DEFUSED)
    return value[1:] if is_defused else value


def _is_formula(value: Any) -> bool:
    """One that was defused before counts as well, or it would come back as another text."""
    return isinstance(value, str) and value.lstrip(DEFUSED).startswith(FORMULA)
