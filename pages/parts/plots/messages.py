"""What the plots' component is told: known points in columns, once a version, and single marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from compression.point import METRICS
from pages.parts.plots.hints import hints
from pages.parts.plots.plot_points import ON_DEVICES, Mark, PlotPoints
from pages.parts.plots.signs import REFUSED, signs
from pages.parts.plots.strip import Strip


@dataclass(frozen=True)
class Reach:
    """Which of the known points one ``page`` can get to; read only when the background is sent.

    ``clickable`` are the keys of points that a click leads to, as ``hint`` says; ``positions`` finds the key of
    a point by ``position`` of its knobs.
    """

    page: str
    hint: str
    clickable: Callable[[], Sequence[str]]
    positions: Callable[[], Mapping[str, str]] = dict


def background_message(
    points: PlotPoints, reach: Reach | None, strip: Strip | None
) -> dict[str, Any]:
    all_signs = {"refused": REFUSED, **signs()}
    positions = {} if reach is None else reach.positions()
    return {
        "keys": list(points.keys),
        "labels": list(points.labels),
        "techniques": list(points.techniques),
        "bundled": [int(flag) for flag in points.bundled],
        **_figures(points, list(points.values)),
        **judged_message(points),
        "models": list(points.models),
        "positions": positions,
        "strip": None if strip is None else strip.message(positions.values()),
        "hint": "" if reach is None else reach.hint,
        "clickable": [] if reach is None else list(reach.clickable()),
        "signs": {name: asdict(sign) for name, sign in all_signs.items()},
        "hints": hints(),
    }


def device_message(points: PlotPoints) -> dict[str, Any]:
    """What of a background is another one on another device; the browser has the rest."""
    return {
        **_figures(points, [name for name in points.values if name in ON_DEVICES]),
        **judged_message(points),
        "instead_of": list(ON_DEVICES),
    }


def _figures(points: PlotPoints, names: Sequence[str]) -> dict[str, Any]:
    """The columns of these metrics, and all that is said of them."""

    def short(columns: Mapping[str, Sequence[float | None]]) -> dict[str, list[float | None]]:
        return {name: [_short(v) for v in columns[name]] for name in names if name in columns}

    return {
        "values": short(points.values),
        "low": short(points.low),
        "high": short(points.high),
        "modelled": {
            name: [int(v) for v in points.modelled[name]]
            for name in names
            if name in points.modelled
        },
        "elsewhere": {
            name: dict(points.elsewhere[name]) for name in names if name in points.elsewhere
        },
        "metrics": {
            name: {
                "label": f"{metric.label} on {points.device}"
                if points.device and metric.power_of_time
                else metric.label,
                "style": metric.style,
                "better": metric.better,
                "help": metric.help,
            }
            for name, metric in METRICS.items()
        },
    }


def judged_message(points: PlotPoints) -> dict[str, Any]:
    """What limits and axes change of it."""
    return {
        "standing": {name: list(column) for name, column in points.standing.items()},
        "knees": {name: list(rows) for name, rows in points.knees.items()},
        "refused": dict(points.refused),
    }


def current_message(mark: Mark) -> dict[str, Any]:
    return {**mark_message(mark, tuple(mark.figures)), "answers": mark.answers, "left": mark.left}


def mark_message(mark: Mark, metrics: Sequence[str]) -> dict[str, Any]:
    figures = {
        name: [_short(figure.value), _short(figure.low), _short(figure.high), int(figure.modelled)]
        for name in metrics
        if (figure := mark.figures.get(name)) is not None
    }
    return {
        "key": mark.key,
        "label": mark.label,
        "technique": mark.technique,
        "bundled": mark.bundled,
        "figures": figures,
    }


def _short(value: float | None) -> float | None:
    """Six significant digits: more can't be seen, and 10,000 points should travel light."""
    return None if value is None else float(f"{value:.6g}")
