"""Points as runs of MLflow, where it is installed: it is large, and none of ours needs it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from compression.errors import LabError
from compression.point import METRICS, Point
from compression.recipe import format_step
from compression.share.columns import command_of

EXPERIMENT = "compact-ai-lab"
KEY = "compact_ai_lab.key"
"""The tag that a point is found again by: what was logged once is not logged twice."""


def log_points(points: Iterable[Point], uri: str, experiment: str = EXPERIMENT) -> int:
    """Log each full point as a run, its figures as metrics and its recipe as parameters; how many are new.

    LabError where MLflow is not installed, or refuses.
    """
    client, failed = _client(uri)
    try:
        found = client.get_experiment_by_name(experiment)
        place = found.experiment_id if found else client.create_experiment(experiment)
        known = _known(client, place)
        new = [p for p in points if p.stage == "full" and p.key not in known]
        for point in new:
            _log(client, place, point)
    except (failed, OSError) as error:
        raise LabError(f"MLflow at {uri} refused: {str(error)[:200]}.") from error
    return len(new)


def _client(uri: str) -> tuple[Any, type[Exception]]:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # what is measured here stays here
    try:
        from mlflow.exceptions import MlflowException  # type: ignore[import-not-found,unused-ignore]
        from mlflow.tracking import MlflowClient  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise LabError(
            "MLflow is not installed: `pip install mlflow-skinny` brings what logging needs."
        ) from error
    try:
        return MlflowClient(tracking_uri=uri), MlflowException
    except MlflowException as error:
        raise LabError(f"MLflow can't use {uri}: {str(error)[:200]}.") from error


def _known(client: Any, place: str) -> set[str]:
    """Keys of the points that were logged before."""
    keys: set[str] = set()
    token = None
    while True:
        runs = client.search_runs([place], max_results=1000, page_token=token)
        keys |= {run.data.tags[KEY] for run in runs if KEY in run.data.tags}
        token = runs.token
        if not token:
            return keys


def _log(client: Any, place: str, point: Point) -> None:
    recipe = point.recipe
    started = int(1000 * point.created.timestamp())
    tags = {
        KEY: point.key,
        "command": command_of(recipe),
        "mlflow.runName": recipe.describe()[:200],
    }
    run = client.create_run(place, start_time=started, tags=tags).info.run_id
    steps = {f"step_{i}": format_step(step) for i, step in enumerate(recipe.steps, start=1)}
    about = {
        "model": recipe.model,
        "technique": recipe.technique,
        "seed": recipe.seed,
        "machine": point.environment.machine,
        **steps,
    }
    for name, text in about.items():
        client.log_param(run, name, str(text)[:500])
    for name in METRICS:
        m = point.measurements.get(name)
        if m is None:
            continue
        for end, value in (("", m.value), ("_low", m.low), ("_high", m.high)):
            if value is not None:
                client.log_metric(run, f"{name}{end}", value)
    client.set_terminated(run, end_time=started)
