"""One clock: the command line, the API and the pages give the same times for points of two machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compression import api
from compression.__main__ import main
from compression.point import Point
from compression.point.pareto import ON_FRONT
from compression.recipe import Recipe
from compression.store import Store, bundled
from pages.parts import data
from tests.measured import a_measured

MODEL = "digits/mlp"
STEP = "quantize:bits=4,per=tensor,method=nearest"
OWN_LATENCY, SPEEDUP = 0.5, 2.0
TIMES = ("latency_ms", "latency_p90_ms", "throughput_per_s", "energy_mj")


def own(*steps: str, latency: float, speedup: float) -> Point:
    """A point of a machine that is far slower than the one whose points are bundled."""
    return a_measured(*steps, accuracy=0.97, size_bytes=100.0, latency_ms=latency, speedup=speedup)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    """An original and one other point measured here, the second at a moment when the machine was busy."""
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    forget()
    store = Store.open()
    busy = 3 * OWN_LATENCY / SPEEDUP
    store.add_all([own(latency=OWN_LATENCY, speedup=1), own(STEP, latency=busy, speedup=SPEEDUP)])
    yield store
    forget()


def forget() -> None:
    """What the pages have read of another test's store."""
    for cached in (data.store, data._known, data._background):
        cached.clear()


def printed(capsys: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    monkeypatch.setattr(sys, "argv", ["compression", *arguments, "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    return json.loads(capsys.readouterr().out)


def times(document: Any) -> dict[str, float]:
    measured = document["measurements"]
    return {name: measured[name]["value"] for name in TIMES if name in measured}


def on_page(key: str) -> dict[str, float]:
    return times(data.known(MODEL).by_key[key].model_dump(mode="json"))


def test_a_front_over_time_is_the_pages(store: Store, capsys: Any, monkeypatch) -> None:
    best = printed(capsys, monkeypatch, "front", MODEL, "--x", "latency_ms")
    assert {document["origin"] for document in best} == {"bundled", "here"}
    assert [times(document) for document in best] == [on_page(d["key"]) for d in best]
    assert [p.key for p in api.front(MODEL, x="latency_ms")] == [d["key"] for d in best]
    foreign = next(document for document in best if document["origin"] == "bundled")
    shipped = bundled.points(MODEL)[foreign["key"]]
    expected = OWN_LATENCY / shipped.value("speedup")
    assert foreign["measurements"]["latency_ms"]["value"] == pytest.approx(expected)
    assert foreign["measurements"]["latency_ms"]["how"] == "modelled"


@pytest.mark.parametrize("metric", ["latency_ms", "energy_mj", "size_bytes"])
def test_the_command_lines_front_is_the_one_that_the_page_draws(
    store: Store, capsys: Any, monkeypatch, metric: str
) -> None:
    best = printed(capsys, monkeypatch, "front", MODEL, "--x", metric)
    drawn = data.background(data.known(MODEL), MODEL, [metric])
    standing = zip(drawn.keys, drawn.standing[metric], strict=True)
    assert {document["key"] for document in best} == {k for k, s in standing if s == ON_FRONT}


def test_a_bound_on_time_is_on_that_clock(store: Store) -> None:
    kept = api.front(MODEL, limits={"latency_ms": OWN_LATENCY / 1.05})
    assert kept and all((point.value("speedup") or 0) >= 1.05 for point in kept)
    assert api.front(MODEL, limits={"latency_ms": OWN_LATENCY / 1000}) == []


def test_a_run_is_told_as_the_page_shows_it(store: Store, capsys: Any, monkeypatch) -> None:
    document = printed(capsys, monkeypatch, "run", MODEL, "--step", STEP)
    assert times(document) == on_page(document["key"])
    assert times(document)["latency_ms"] == pytest.approx(OWN_LATENCY / SPEEDUP)


def test_what_was_measured_stays_in_the_store(store: Store) -> None:
    key = Recipe.build(MODEL, [STEP]).key
    (measured,) = (point for point in store.points(MODEL) if point.key == key)
    assert api.run(MODEL, [STEP]) == measured
    assert api.same_clock([measured])[0].value("latency_ms") != measured.value("latency_ms")


def test_no_points_are_on_any_clock() -> None:
    assert api.same_clock([]) == []
