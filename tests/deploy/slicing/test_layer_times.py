"""Times of layers, measured: what is shipped, what is kept, and what plans make of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from compression.deploy.graph_digest import graph_digest
from compression.deploy.slicing import layer_times as measuring
from compression.deploy.slicing.layer_times import SHIPPED, layer_times, measured_times
from compression.deploy.slicing.layers import layers_of
from compression.deploy.slicing.plan import plan_of
from compression.models.catalogue import MODELS
from compression.models.slicing import Slicing
from compression.subjects import look_up

MEASURED = Slicing(costs="measured")


def file_of(model: str) -> bytes:
    return look_up(model).deployed.parts[0].loaded


@pytest.fixture
def nothing_shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(measuring, "SHIPPED", tmp_path / "none.json")
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    return tmp_path / "layer_times"


@pytest.mark.parametrize("model", MODELS)
def test_those_of_every_model_are_shipped_for_the_graph_that_it_has(model: str) -> None:
    row = json.loads(SHIPPED.read_text())[model]
    assert row["graph"] == graph_digest(file_of(model))
    assert len(row["layer_ms"]) == len(layers_of(file_of(model)).layers)


def test_by_them_a_model_is_cut_alike_everywhere_and_nothing_is_measured(monkeypatch) -> None:
    monkeypatch.setattr(measuring, "measured_times", lambda model: pytest.fail("measured"))
    plan = plan_of(file_of("fashion-mnist/ds-cnn"), MEASURED)
    assert plan.times is not None and plan.times.is_shipped
    assert [cut.number for cut in plan.cuts] == [6]
    assert [cut.number for cut in plan_of(file_of("fashion-mnist/ds-cnn"), Slicing()).cuts] == [4]


def test_a_stage_takes_what_its_part_took(monkeypatch) -> None:
    """Of three layers: beginnings of 3 and 7, rests of 8 and 4, 10 in all; so the cuts cost 1 and 1."""
    monkeypatch.setattr(measuring, "_least_ms", lambda parts: np.array([3.0, 8, 7, 4, 10]))
    file = file_of("fashion-mnist/mlp")
    found = measured_times(file)
    assert found.cut_ms == (1, 1)
    monkeypatch.setattr("compression.deploy.slicing.plan.layer_times", lambda model: found)
    times = plan_of(file, Slicing(stages=2, cuts=(1,), costs="measured")).stages
    # A microsecond or so is the loopback's.
    assert [stage.ms for stage in times] == pytest.approx([3, 8], abs=0.01)


def test_a_graph_that_does_not_ship_is_measured_once_and_kept(nothing_shipped, monkeypatch) -> None:
    file = file_of("digits/mlp")
    first = layer_times(file)
    assert not first.is_shipped and min(first.layer_ms) >= 0 < sum(first.layer_ms)
    (kept,) = nothing_shipped.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    with monkeypatch.context() as patched:
        patched.setattr(measuring, "measured_times", lambda model: pytest.fail("again"))
        assert layer_times(file).layer_ms == pytest.approx(first.layer_ms, abs=1e-6)
    kept.write_text('{"layer_ms": [1.0')  # a full disk
    assert len(layer_times(file).layer_ms) == 2
