"""What a presentation's address asks for: which points it goes through, and what of the address can't be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compression.point import Point, axis_costs
from pages.parts import data
from pages.parts.form.address import said
from pages.parts.form.axes import COSTS, LINEAR, PLAIN, SCALES
from pages.parts.form.link import Note, link_notes
from pages.parts.plots.selection import starts_in
from pages.parts.shell.pins import IN_URL, meant
from pages.parts.shell.present_link import AT, PLOT, POINT
from pages.parts.shell.question import FIRST
from pages.parts.shell.recommendation import recommendation

PLOTS = ("1", "2", "3")
MOST = 2
"""Notes that are shown: they stand beside what is presented."""


@dataclass(frozen=True)
class Asked:
    """The points in the order of the arrow keys, which of them is shown at first, and what can't be, in words."""

    points: tuple[Point, ...]
    pins: tuple[Point, ...]
    at: int
    plot: int
    notes: str

    def name(self, point: Point, words: str) -> str:
        """A pinned point's with the number of its flag."""
        flags = {pin.key: number for number, pin in enumerate(self.pins, start=1)}
        return f"{flags[point.key]}: {words}" if point.key in flags else words


def asked(params: Mapping[str, str], known: data.Known, metrics: Sequence[str]) -> Asked:
    """Original, the point one came from, pins; without any, the knees of the front over the first metric."""
    pins, lost = meant(starts_in(params.get(IN_URL, "")), known)
    wrong = [_told(note) for note in link_notes(_others(params), None, ())]
    if lost:
        wrong.append(lost)
    wrong += _axes(params)
    came, shown = (_found(name, params, known, wrong) for name in (POINT, AT))
    chosen = [came, *pins] if came or pins else _best(known, metrics)
    listed = _once([known.original, *chosen], shown)
    return Asked(
        points=listed,
        pins=pins,
        at=_place(listed, shown or came),
        plot=_plot(params, wrong),
        notes=f"In the address: {'. '.join(wrong[:MOST])}.".replace("`", "'") if wrong else "",
    )


def _others(params: Mapping[str, str]) -> dict[str, str]:
    ours = (POINT, AT, PLOT, COSTS, SCALES)
    return {name: text for name, text in params.items() if name not in ours}


def _told(note: Note) -> str:
    return f"{note.text}: `{FIRST}` is shown" if note.knob == "model" else note.text


def _axes(params: Mapping[str, str]) -> list[str]:
    """What can't be of its axes."""
    offered = [metric.field for metric in axis_costs()]
    allowed = {COSTS: offered, SCALES: [LINEAR, PLAIN]}
    return [
        f"{said(name, params[name])} is not made of {', '.join(words)}"
        for name, words in allowed.items()
        if name in params and not set(words).issuperset(params[name].split("~"))
    ]


def _found(
    name: str, params: Mapping[str, str], known: data.Known, wrong: list[str]
) -> Point | None:
    given = params.get(name, "")
    starts = starts_in(given)
    point = next((p for p in known.points if starts and p.key.startswith(starts[0])), None)
    if given and point is None:
        wrong.append(f"{said(name, given)} is not known here: deleted, or of another model")
    return point


def _best(known: data.Known, metrics: Sequence[str]) -> list[Point]:
    """What there is to say of a model without any choice: the knees of its front, else the point to recommend."""
    if not known.points:
        return []
    metric = metrics[0]
    rows = data.background(known, known.points[0].recipe.model, metrics).knees.get(metric, ())
    knees = [known.points[row] for row in rows]
    one = recommendation(known.points, {}, metric)
    return knees or ([] if one is None else [one])


def _once(points: Iterable[Point | None], shown: Point | None) -> tuple[Point, ...]:
    """Each point once; one that is shown and not among them stands behind the original."""
    listed = {point.key: point for point in points if point is not None}
    if shown is None or shown.key in listed:
        return tuple(listed.values())
    originals = [point for point in listed.values() if not point.recipe.steps]
    return (*originals, shown, *(point for point in listed.values() if point.recipe.steps))


def _place(points: Sequence[Point], shown: Point | None) -> int:
    """Of the point to show at first; of the first compressed one where none is asked for."""
    if shown is not None:
        return [point.key for point in points].index(shown.key)
    return 1 if len(points) > 1 and not points[0].recipe.steps else 0


def _plot(params: Mapping[str, str], wrong: list[str]) -> int:
    given = params.get(PLOT, "1")
    if given not in PLOTS:
        wrong.append(f"{said(PLOT, given)} is not one of {', '.join(PLOTS)}")
        return 0
    return PLOTS.index(given)
