"""Foreign, duplicate and poisoned rows are refused and counted, each with its reason."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from compression.errors import UsageError
from compression.exchange import incoming
from compression.exchange.incoming import read_points
from compression.exchange.outgoing import as_csv, as_json, as_parquet, defused
from tests.measured import a_measured

POINT = a_measured("quantize:bits=4", accuracy=0.9, size_bytes=1_200.0)


def changed(**cells: Any) -> bytes:
    """A CSV of one point, with other cells."""
    (row,) = csv.DictReader(io.StringIO(as_csv([POINT]), newline=""))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow({**row, **cells})
    return text.getvalue().encode()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"key": "0" * 16}, "measured on other weights"),
        ({"model": "theirs/net"}, "theirs/net"),
        ({"steps": "explode:now=1"}, "There is no technique"),
        ({"accuracy_value": "92.3"}, "a share is wanted, not percent"),
        ({"accuracy_value": "nan"}, "accuracy is not a number"),
        ({"accuracy_value": "inf"}, "accuracy is not a number"),
        ({"size_bytes_value": "1e300"}, "size_bytes is beyond all measure"),
        ({"size_bytes_value": "-5"}, "size_bytes is below 0"),
        ({"size_bytes_unit": "kB"}, "size_bytes in another unit than bytes"),
        ({"size_bytes_value": "1,200"}, "not what its column says"),
        ({"notes": '{"accuracy": "=1+1"}'}, "begins like a formula"),
        ({"notes": '{"accuracy": "<img src=x onerror=alert(1)>"}'}, "HTML"),
        ({"environment": '{"machine": "@SUM(A1)", "cores": 1, "threads": 1, "python": "3"}'}, "formula"),
        ({"source": "<b>me</b>"}, "HTML"),
        ({"notes": '{"accuracy": "see [this](https://example.org)"}'}, "a link"),
        ({"stage": "estimate"}, "only an estimate"),
        ({"layers": "[[[[["}, "not what its column says"),
        ({"accuracy_low": "0.95", "accuracy_high": "0.8"}, "another order"),
    ],
)  # fmt: skip
def test_a_row_that_can_t_be_is_refused_in_words(cells: dict[str, str], reason: str) -> None:
    found = read_points(changed(**cells), "theirs.csv")
    assert found.points == ()
    (said,) = found.refused
    assert reason in said


def test_rows_that_are_there_twice_count_once() -> None:
    other = POINT.model_copy(update={"measurements": {}})
    found = read_points(as_json([POINT, POINT, other]).encode(), "a.json")
    assert len(found.points) == 1 and found.rows == 3
    assert found.refused == {"there twice: the first one counts": 1, "without any figure": 1}


def test_everything_is_marked_as_measured_elsewhere_by_whom() -> None:
    (point,) = read_points(as_csv([POINT]).encode(), "board farm.csv").points
    assert (point.origin, point.source) == ("elsewhere", "board farm.csv")
    assert {m.how for m in point.measurements.values()} == {"elsewhere"}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"a,b\n1,2\n", "x.csv", "no column key"),
        (b"key,model,steps,latency_us\n", "x.csv", "another unit: give latency_ms_value in ms"),
        (b"\xff\xfe\x00", "x.csv", "no text in UTF-8"),
        (b"{}", "x.json", "no list of points"),
        (b"[" * 100_000, "x.json", "no JSON"),
        (b"PAR1 no", "x.parquet", "no Parquet"),
        (b"", "x.xlsx", "There is no format 'xlsx'"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(content: bytes, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_points(content, name)


def test_a_file_is_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MOST_ROWS", 1)
    other = a_measured("prune", accuracy=0.8)
    for content, name in (
        (as_csv([POINT, other]).encode(), "a.csv"),
        (as_parquet([POINT, other]), "a.parquet"),
    ):
        with pytest.raises(UsageError, match="rows"):
            read_points(content, name)
    monkeypatch.setattr(incoming, "MOST_BYTES", 10)
    with pytest.raises(UsageError, match="at most"):
        read_points(json.dumps([1] * 99).encode(), "a.json")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "'=x", "\tx"])
def test_no_text_cell_begins_like_a_formula(text: str) -> None:
    noted = POINT.measurements["accuracy"]
    point = POINT.model_copy(update={"source": text, "measurements": {"accuracy": noted}})
    (row,) = csv.DictReader(io.StringIO(as_csv([point]), newline=""))
    assert row["source"] == "'" + text == defused(text)
    assert defused(-1.5) == -1.5
