"""Points as runs of MLflow: against a client that notes what it is told, and the word where there is none."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from compression.errors import LabError
from compression.share.mlflow_log import KEY, log_points
from tests.measured import a_measured


class Page(list):
    """A page of runs, the only one."""

    token = None


class Client:
    """As much of MLflow's client as is used; one experiment, its runs in a list."""

    runs: list[Any]

    def __init__(self, tracking_uri: str) -> None:
        pass

    def get_experiment_by_name(self, name: str) -> Any:
        return SimpleNamespace(experiment_id="1")

    def search_runs(self, places: list[str], max_results: int, page_token: str | None) -> Page:
        return Page(self.runs)

    def create_run(self, place: str, start_time: int, tags: dict[str, str]) -> Any:
        data = SimpleNamespace(tags=tags, metrics={}, params={})
        run = SimpleNamespace(info=SimpleNamespace(run_id=len(self.runs)), data=data)
        self.runs.append(run)
        return run

    def log_param(self, run: int, name: str, text: str) -> None:
        self.runs[run].data.params[name] = text

    def log_metric(self, run: int, name: str, value: float) -> None:
        self.runs[run].data.metrics[name] = value

    def set_terminated(self, run: int, end_time: int) -> None:
        self.runs[run].ended = end_time


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(Client, "runs", [], raising=False)
    for name, parts in {
        "mlflow": {},
        "mlflow.tracking": {"MlflowClient": Client},
        "mlflow.exceptions": {"MlflowException": type("MlflowException", (Exception,), {})},
    }.items():
        module = ModuleType(name)
        module.__dict__.update(parts)
        monkeypatch.setitem(sys.modules, name, module)
    return Client.runs


def test_each_figure_is_a_metric_with_its_interval(runs: list[Any]) -> None:
    point = a_measured("quantize:bits=3", spread=0.01, accuracy=0.9, size_bytes=1000)
    assert log_points([point], "file:///nowhere") == 1
    assert runs[0].data.metrics["accuracy_low"] == pytest.approx(0.89)
    assert runs[0].data.params["step_1"] == "quantize:bits=3"
    assert runs[0].data.tags[KEY] == point.key


def test_a_point_is_logged_once(runs: list[Any]) -> None:
    points = [a_measured(f"quantize:bits={bits}", accuracy=0.9) for bits in (2, 3)]
    assert log_points(points[:1], "x") == 1
    assert log_points(points, "x") == 1
    assert log_points(points, "x") == 0 and len(runs) == 2


def test_estimates_are_not_logged(runs: list[Any]) -> None:
    estimate = a_measured(accuracy=0.9).model_copy(update={"stage": "estimate"})
    assert log_points([estimate], "x") == 0


def test_without_mlflow_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow.exceptions", None)
    with pytest.raises(LabError, match="pip install mlflow-skinny"):
        log_points([a_measured(accuracy=0.9)], "x")
