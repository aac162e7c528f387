"""Points measured elsewhere and shipped in ``assets/points``, so that no page opens empty.

One JSON object a line: the point, and the key it was measured under. A line whose key is no longer
that of its recipe was measured on other weights, or in another way, and is left out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from compression import files
from compression.errors import LabError
from compression.point import Point

FOLDER = Path(__file__).parents[2] / "assets" / "points"
WORK = FOLDER / "work.json"
"""What the graphs of points do that were measured before points kept it, by graph."""


def points(model: str, folder: Path = FOLDER) -> Mapping[str, Point]:
    """The bundled points of a model by key; parsed once, and again when the file changes."""
    file = folder / f"{model}.jsonl"
    try:
        stamp = file.stat().st_mtime_ns
    except OSError:
        return MappingProxyType({})
    return _read(file, stamp)


def write(model: str, measured: Iterable[Point], folder: Path = FOLDER) -> Path:
    """Replace the bundled points of a model; ordered by key, so that two runs can be compared."""
    file = folder / f"{model}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = sorted((point.key, _line(point)) for point in measured)
    files.write(file, "".join(line for _, line in rows).encode())
    return file


def add(model: str, measured: Iterable[Point], folder: Path = FOLDER) -> Path:
    """Write more points between those of a model, whose lines stay byte for byte; one of the same key is replaced."""
    file = folder / f"{model}.jsonl"
    rows = {}
    for line in file.read_text("utf-8").splitlines(keepends=True) if file.exists() else []:
        rows[str(json.loads(line)["key"])] = line
    rows |= {point.key: _line(point) for point in measured}
    file.parent.mkdir(parents=True, exist_ok=True)
    files.write(file, "".join(rows[key] for key in sorted(rows)).encode())
    return file


def _line(point: Point) -> str:
    body = point.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({"key": point.key, "point": body}, separators=(",", ":")) + "\n"


@lru_cache(maxsize=64)
def _read(file: Path, stamp: int) -> Mapping[str, Point]:
    by_key: dict[str, Point] = {}
    works = _works(WORK.stat().st_mtime_ns) if WORK.exists() else {}
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        try:
            row = json.loads(line)
            point = Point.model_validate(row["point"])
        except (ValueError, KeyError, TypeError, LabError) as error:
            logging.getLogger(__name__).warning("%s:%d left out: %s", file, number, error)
            continue
        if point.key == row["key"]:
            text = point.work or works.get(point.graph, "")
            by_key[point.key] = point.model_copy(update={"work": text}).as_bundled()
    return MappingProxyType(by_key)


@lru_cache(maxsize=1)
def _works(stamp: int) -> Mapping[str, str]:
    works: dict[str, str] = json.loads(WORK.read_text("utf-8"))
    return works
