"""The place on Runs where points come in: counted, refused in words, forgotten again."""

from __future__ import annotations

import csv
import io

import pytest
from streamlit.testing.v1 import AppTest

from compression.exchange.outgoing import as_csv
from compression.store import Store
from tests.measured import a_measured
from tests.opened import alone

THEIRS = a_measured("quantize:bits=5,group=16", accuracy=0.5, size_bytes=9.0)


def given(**cells: str) -> bytes:
    (row,) = csv.DictReader(io.StringIO(as_csv([THEIRS]), newline=""))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerows([row, {**row, **cells}])
    return text.getvalue().encode()


def texts(test: AppTest) -> str:
    return " ".join(each.value for each in (*test.text, *test.error))


@pytest.fixture(autouse=True)
def forgotten():
    yield
    Store.open().imported.forget("theirs.csv")


def test_a_file_is_counted_and_its_source_can_be_forgotten() -> None:
    test = alone("runs")
    test.file_uploader[0].upload("theirs.csv", given(source="<b>x</b>"), "text/csv").run()
    assert not test.exception
    assert "2 rows: 1 new, 0 known already." in texts(test)
    assert "1 refused: a text with HTML or a link in it." in texts(test)
    next(b for b in test.button if b.key == "forget-0").click().run()
    assert "1 points forgotten." in texts(test)


def test_a_file_that_is_none_is_told_in_place() -> None:
    test = alone("runs")
    test.file_uploader[0].upload("x.csv", b"a,b\n1,2\n", "text/csv").run()
    assert not test.exception and "no column key" in texts(test)
