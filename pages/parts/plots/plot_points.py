"""What the plots show, as values: axes, marks, and the background in columns.

Between the engine's points and `plots.draw`; knows neither Streamlit nor the browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from compression.models.catalogue import model_card
from compression.point import METRICS, Measurement, Point
from compression.point.metrics import Scale
from compression.point.several import models_of
from pages.parts.shell.words import named


@dataclass(frozen=True)
class Axis:
    """One axis: a metric of METRICS and its scale.

    ``lost`` shows a quality as points lost against the original, stretched where little is lost; see
    `assets/plots/lost.js`.
    """

    metric: str
    scale: Scale | Literal["lost"] = "log"


@dataclass(frozen=True)
class Figure:
    """One number of a mark, in METRICS' own unit, with its interval. None was not measured."""

    value: float | None
    low: float | None = None
    high: float | None = None
    modelled: bool = False
    elsewhere: str = ""
    """Who measured it, where that was not this installation."""


@dataclass(frozen=True)
class Mark:
    """A point drawn over the background: the current one, or one of the trail."""

    key: str
    label: str
    technique: str
    figures: Mapping[str, Figure]
    bundled: bool = False
    answers: str = ""
    """Its model's answers to the examples of the strip, see `compression/point/shown.py`."""
    left: str = ""
    """The device that each of them left at, a digit an example; empty without early exits."""

    @classmethod
    def of(cls, point: Point, label: str) -> Mark:
        return cls(
            key=point.key,
            label=label,
            technique=point.recipe.technique,
            figures={name: _figure(m, point.source) for name, m in point.measurements.items()},
            bundled=point.origin == "bundled",
            answers=point.shown,
            left=point.left,
        )


@dataclass(frozen=True)
class PlotPoints:
    """The background, in columns: sent to the browser once per ``version``.

    ``values`` and its likes are in METRICS' own units, None where not measured. ``standing`` gives
    pareto's DOMINATED, POSSIBLE or ON_FRONT per point for each x metric, ``knees`` the rows of the front's
    knees for it. ``refused`` names the limit that a
    point breaks, by key. ``version`` must change whenever anything else here does.
    """

    version: str
    keys: Sequence[str] = ()
    labels: Sequence[str] = ()
    techniques: Sequence[str] = ()
    bundled: Sequence[bool] = ()
    values: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    low: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    high: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    modelled: Mapping[str, Sequence[bool]] = field(default_factory=dict)
    elsewhere: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Of figures measured elsewhere, by metric and row, who says so."""
    standing: Mapping[str, Sequence[int]] = field(default_factory=dict)
    knees: Mapping[str, Sequence[int]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    models: Sequence[int] = ()
    """Of points of several models the number of each one's, from 0; each has a front of its own."""
    device: str = ""
    """Whose times and energies these are, where not this machine's: their axes say so."""
    base: str = ""
    """Backgrounds of one base differ in what limits and axes change alone, so that only this needs to be sent."""
    family: str = ""
    """Backgrounds of one family differ besides in what depends on the device."""

    @classmethod
    def of(
        cls,
        points: Sequence[Point],
        *,
        version: str,
        labels: Sequence[str] | None = None,
        standing: Mapping[str, Sequence[int]],
        knees: Mapping[str, Sequence[int]] | None = None,
        refused: Mapping[str, str] | None = None,
        device: str = "",
    ) -> PlotPoints:
        """The background for points of the engine; labels default to the recipes in words."""
        models, columns = models_of(points), _columns(points, METRICS)
        return cls(
            version=version,
            keys=[point.key for point in points],
            labels=labels or [named(p.recipe) + _of_model(p, models) for p in points],
            techniques=[point.recipe.technique for point in points],
            bundled=[point.origin == "bundled" for point in points],
            **_told(columns),
            standing=standing,
            knees=knees or {},
            refused=refused or {},
            models=[models.index(p.recipe.model) for p in points] if len(models) > 1 else (),
            device=device,
            base=version,
            family=version,
        )

    def on_device(self, points: Sequence[Point], *, base: str, device: str) -> PlotPoints:
        """The same points with a device's times and energies."""
        told = _told(_columns(points, ON_DEVICES))
        others = {
            name: {of: column for of, column in getattr(self, name).items() if of not in ON_DEVICES}
            for name in told
        }
        both = {name: others[name] | told[name] for name in told}
        return replace(self, version=base, base=base, device=device, **both)


ON_DEVICES = (*(name for name, metric in METRICS.items() if metric.power_of_time), "speedup")
"""Metrics that are another on each device."""


def _columns(points: Sequence[Point], names: Iterable[str]) -> dict[str, list[Figure]]:
    """The figures of those that any of the points has."""
    known = [name for name in names if any(p.value(name) is not None for p in points)]
    return {name: [_figure(p.measurements.get(name), p.source) for p in points] for name in known}


def _told(columns: Mapping[str, Sequence[Figure]]) -> dict[str, Any]:
    return {
        "values": {name: [f.value for f in column] for name, column in columns.items()},
        "low": _spread(columns, "low"),
        "high": _spread(columns, "high"),
        "modelled": {
            name: [figure.modelled for figure in column]
            for name, column in columns.items()
            if any(figure.modelled for figure in column)
        },
        "elsewhere": {
            name: {row: figure.elsewhere for row, figure in enumerate(column) if figure.elsewhere}
            for name, column in columns.items()
            if any(figure.elsewhere for figure in column)
        },
    }


def _of_model(point: Point, models: Sequence[str]) -> str:
    """Which model's it is, where there are several."""
    return f", {model_card(point.recipe.model).title}" if len(models) > 1 else ""


def _figure(measurement: Measurement | None, source: str) -> Figure:
    """``source`` is who measured an imported point; times of devices alone name theirs in the note."""
    if measurement is None:
        return Figure(None)
    modelled = measurement.how == "modelled"
    away = source or measurement.note.partition(";")[0]
    away = away if measurement.how == "elsewhere" else ""
    return Figure(measurement.value, measurement.low, measurement.high, modelled, away)


def _spread(
    columns: Mapping[str, Sequence[Figure]], side: Literal["low", "high"]
) -> dict[str, list[float | None]]:
    spreads = {name: [getattr(f, side) for f in column] for name, column in columns.items()}
    return {name: s for name, s in spreads.items() if any(value is not None for value in s)}
