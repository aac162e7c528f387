"""How the command line speaks: tables for people, one JSON document for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from compression.cli.streams import let_go
from compression.errors import UsageError
from compression.models.catalogue import MODELS
from compression.point import METRICS, Point, headline_of
from compression.point.spread import spread
from compression.techniques import TECHNIQUES
from compression.training.progress import Progress as Training

WRONG_COMMAND: type[Exception] = typer.BadParameter.__bases__[0]
"""What typer raises for any wrong command, option or argument; it brings a click of its own, and hides it."""

_out = Console()
_err = Console(stderr=True)


def show_models(as_json: bool) -> None:
    rows = [
        {"id": c.id, "title": c.title, "dataset": c.dataset, "parameters": c.parameters,
         "macs": c.macs, "summary": c.summary}
        for c in MODELS.values()
    ]  # fmt: skip
    _show_rows(rows, as_json)


def show_datasets(as_json: bool) -> None:
    from datasets import DATASETS

    rows = [
        {"id": c.id, "title": c.title, "classes": list(c.classes), "input": list(c.input_shape),
         "test": c.test_count, "licence": c.licence, "source": c.source}
        for c in DATASETS.values()
    ]  # fmt: skip
    _show_rows(rows, as_json)


def show_techniques(as_json: bool) -> None:
    if as_json:
        rows = [
            {"id": name, "label": step.label, "summary": step.summary,
             "knobs": [{**asdict(knob), "allowed": knob.allowed} for knob in step.knobs()]}
            for name, step in TECHNIQUES.items()
        ]  # fmt: skip
        _print_json(rows)
        return
    table = Table("technique", "knob", "allowed", "default", "what it does")
    for name, step in TECHNIQUES.items():
        for knob in step.knobs():
            allowed = f"{knob.allowed}; with {knob.needs}" if knob.when else knob.allowed
            table.add_row(name, knob.name, allowed, str(knob.default), knob.help)
    _out.print(table)


def show_point(point: Point, as_json: bool) -> None:
    if as_json:
        _print_json(point_document(point))
        return
    table = Table("metric", "value", "95 % or spread", "how", "note")
    for name, metric in METRICS.items():
        m = point.measurements.get(name)
        if m is not None:
            interval = metric.interval(m.low, m.high)
            table.add_row(metric.label, point.text(name), interval, m.how, m.note)
    _out.print(f"{point.recipe.model}: {point.recipe.describe()} ({point.key})", style="bold")
    _out.print(table)


def show_points(model: str, points: Sequence[Point], as_json: bool) -> None:
    """Points of one model, a row each."""
    if as_json:
        _print_json([point_document(point) for point in points])
        return
    shown = headline_of(model)
    table = Table("recipe", "seed", *(metric.label for metric in shown), "origin")
    for point in points:
        figures = (point.text(metric.field) for metric in shown)
        table.add_row(point.recipe.describe(), str(point.recipe.seed), *figures, point.origin)
    _out.print(table)


def show_seeds(points: Sequence[Point], as_json: bool) -> None:
    """The points of one recipe, with mean and spread over their seeds."""
    spreads = [s for name in METRICS if (s := spread(points, name)) is not None]
    if as_json:
        rows = {s.metric: {k: v for k, v in asdict(s).items() if k != "metric"} for s in spreads}
        _print_json({"points": [point_document(point) for point in points], "spread": rows})
        return
    seeds = (f"seed {point.recipe.seed}" for point in points)
    table = Table("metric", *seeds, "mean", "standard deviation", "range")
    shown = headline_of(points[0].recipe.model)
    for s in spreads:
        metric = METRICS[s.metric]
        if metric not in shown:
            continue
        values = (point.text(s.metric) for point in points)
        sd = "" if s.sd is None else metric.text(s.sd)
        between = f"{metric.text(s.low)} to {metric.text(s.high)}"
        table.add_row(metric.label, *values, metric.text(s.mean), sd, between)
    _out.print(f"{points[0].recipe.model}: {points[0].recipe.describe()}", style="bold")
    _out.print(table)


def show_fields(fields: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(dict(fields))
        return
    for name, value in fields.items():
        _out.print(f"{name}: {value}", highlight=False, soft_wrap=True)


def show_document(document: Any) -> None:
    """One JSON document on stdout."""
    _print_json(document)


def show_rows(rows: list[dict[str, Any]]) -> None:
    """A table whose first column, by which rows are named, is never cut."""
    first, *others = rows[0]
    table = Table(Column(first, no_wrap=True), *others)
    for row in rows:
        table.add_row(*map(str, row.values()))
    _out.print(table)


def show_findings(findings: Sequence[Any], as_json: bool) -> None:
    rows = [asdict(f) if is_dataclass(f) and not isinstance(f, type) else f for f in findings]
    _show_rows(rows, as_json)


def point_document(point: Point) -> dict[str, Any]:
    """What ``--json`` prints of a point: key, recipe, environment and measurements."""
    return {"key": point.key, **point.model_dump(mode="json")}


def parse_limits(at_most: Sequence[str], at_least: Sequence[str]) -> dict[str, float]:
    """Bounds like ``latency_ms=0.1`` to {metric: bound}; each on the metric's worse side."""
    limits: dict[str, float] = {}
    for texts, better, option in ((at_most, "lower", "--max"), (at_least, "higher", "--min")):
        for text in texts:
            name, _, number = text.partition("=")
            metric = METRICS.get(name.strip())
            allowed = [row.field for row in METRICS.values() if row.better == better]
            if metric is None or metric.better != better:
                raise UsageError(
                    f"{option} {text[:60]!r} can't be: bound one of {', '.join(allowed)}."
                )
            if metric.field in limits:
                raise UsageError(
                    f"{option} {text[:60]!r} can't be: {metric.field} has a bound already, so give it once."
                )
            limits[metric.field] = _finite(number, option, text)
    return limits


def say(text: str) -> None:
    _err.print(text, highlight=False)


def fail(sentence: str, *, code: int) -> NoReturn:
    """End with a sentence on stderr, and where JSON was asked for with a document on stdout as well."""
    _err.print(sentence, style="red", highlight=False, soft_wrap=True, markup=False)
    _end(sentence, code)


def refuse(error: Any) -> NoReturn:
    """End because the command line itself was wrong: a command, an option or an argument."""
    error.show()
    _end(error.format_message(), error.exit_code)


def _end(sentence: str, code: int) -> NoReturn:
    try:
        if "--json" in sys.argv[1:]:
            _print_json({"error": sentence, "code": code})
            sys.stdout.flush()
    except OSError:  # nobody reads, or the disk is full: stderr has it
        let_go()
    sys.exit(code)


@contextmanager
def waiting(what: str) -> Iterator[Callable[[Training], None]]:
    """A sign of life on stderr; the body may report how far a training is."""
    with _err.status(f"{what} ...") as status:
        yield lambda now: status.update(_training(now))


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr; the body reports (done, total)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _training(now: Training) -> str:
    left = "" if now.seconds_left is None else f", {now.seconds_left:.0f} s left"
    return f"training, epoch {now.epoch:.1f} of {now.epochs:g}{left} ..."


def _finite(number: str, option: str, text: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise UsageError(f"{option} {text[:60]!r} needs a number, as in latency_ms=0.1.")
    return value


def _show_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        _print_json(rows)
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(", ".join(v) if _is_texts(v) else str(v) for v in row.values()))
    _out.print(table)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, indent=2, allow_nan=False) + "\n")
