"""What pages read: the store, the engine, the points of a model. The only place with st.cache_*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from compression import engine as engine_room
from compression.devices import Device, on_device, seen_on
from compression.devices.on_device import works_of
from compression.errors import StoreError
from compression.point import METRICS, Point
from compression.point.one_clock import on_one_clock
from compression.point.several import Fronts
from compression.point.trade_off import TradeOff
from compression.recipe import Recipe
from compression.store import Store, bundled
from compression.store.artifacts import ArtifactFolder
from pages.parts.plots.backgrounds import Bounds, judged
from pages.parts.plots.plot_points import ON_DEVICES, PlotPoints


@dataclass(frozen=True)
class Known:
    """All points of one model at one moment; ``version`` tells moments apart."""

    version: str
    points: tuple[Point, ...]
    by_key: Mapping[str, Point]
    original: Point | None
    device: str = ""
    """Whose times and energies they have, where that is not this machine."""
    here: Known | None = None
    """The same points as they are on this machine, where these are on a device."""

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """The metrics that any of the points has."""
        return tuple(
            name for name in METRICS if any(p.value(name) is not None for p in self.points)
        )

    @cached_property
    def works(self) -> dict[str, str]:
        """What the graphs do that any of the points tells of."""
        return works_of(self.points)


def engine() -> engine_room.Engine:
    return engine_room.shared()


def warm(model: str) -> None:
    """Have the workers load a model when a session first looks at it."""
    if st.session_state.get("_warmed") != model:
        st.session_state["_warmed"] = model
        engine().warm(model)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    return Store.open()


def known(model: str) -> Known:
    """The points of a model, read again only when the store has new ones."""
    found = _last_looks()[model] = _known(model, str(store().version(model)))
    return found


def last_known(model: str) -> Known | None:
    """The points of a model as somebody looked at them last, for who can't wait for newer ones to be read."""
    return _last_looks().get(model)


def original(model: str) -> Point | None:
    """The measured original; None if it isn't known, or the store can't be read."""
    try:
        return known(model).original
    except StoreError:
        return None


def packed_file(point: Point) -> bytes | None:
    """The packed file of a point measured here; None if it was not kept, or has been dropped."""
    return None if point.artifact is None else ArtifactFolder().get(point.artifact)


def shown(known_points: Known, techniques: Sequence[str] | None) -> list[Point]:
    """The original and the points of the chosen techniques; None chooses all."""
    if techniques is None:
        return list(known_points.points)
    kept = {"original", *techniques}
    return [point for point in known_points.points if point.recipe.technique in kept]


def bundled_only(model: str) -> Known:
    """What can still be shown when the store can't be read."""
    return _as_known("bundled", list(bundled.points(model).values()), model)


def known_or_bundled(model: str) -> Known:
    """The points of a model; where the store can't be read it says so and shows the bundled ones."""
    try:
        return known(model)
    except StoreError as error:
        st.error(str(error), icon=":material/database_off:")
        return bundled_only(model)


def on(known_points: Known, model: str, device: Device | None) -> Known:
    """The points as a device would see them; for all sessions once. None: as they are."""
    if device is None:
        return known_points
    return _on(model, known_points.version, device.model_dump_json(), known_points)


def point_on(point: Point | None, known_points: Known, device: Device | None) -> Point | None:
    """One point, which may be newer than those known, as a device would see it."""
    if point is None or device is None:
        return point
    if point.key in known_points.by_key:
        return known_points.by_key[point.key]
    return on_device(point, device, known_points.original, known_points.works)


def background(
    known_points: Known,
    model: str,
    metrics: Sequence[str],
    techniques: Sequence[str] | None = None,
    limits: Mapping[str, float] | None = None,
    guards: Mapping[str, float] | None = None,
) -> PlotPoints:
    """The plots' background: computed once per moment, axes and filter, for all sessions.

    ``techniques`` None shows all; points outside ``limits``, and those known to break ``guards``, are crossed out and
    off the front.
    """
    asked = None if techniques is None else tuple(sorted(techniques))
    bounds, guarded = (tuple(sorted((each or {}).items())) for each in (limits, guards))
    return _background(
        model, known_points.version, tuple(metrics), asked, bounds, guarded, known_points
    )


def trade_off(
    known_points: Known, model: str, technique: str | None = None, cost: str = "size_bytes"
) -> TradeOff | None:
    """What a technique's points of a model come down to; None: those of all, chains too."""
    return _trade_off(model, known_points.version, technique, cost, known_points)


def on_clock(point: Point, known_points: Known) -> Point:
    """A point that has just been measured, on the same clock as those known."""
    return on_one_clock([point], known_points.original, known_points.points)[0]


@st.cache_resource(show_spinner=False)
def _last_looks() -> dict[str, Known]:
    return {}


@st.cache_resource(show_spinner=False, max_entries=32)
def _known(model: str, version: str) -> Known:
    return _as_known(version, store().known(model), model)


@st.cache_resource(show_spinner=False, max_entries=32)
def _on(model: str, version: str, device: str, _known_points: Known) -> Known:
    target = Device.model_validate_json(device)
    points = seen_on(target, _known_points.points, _known_points.original)
    by_key = {point.key: point for point in points}
    original = _known_points.original
    return Known(
        version=f"{version} on {hash(device)}",
        points=tuple(points),
        by_key=by_key,
        original=None if original is None else by_key[original.key],
        device=target.title.partition(" (")[0],
        here=_known_points,
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _background(
    model: str,
    version: str,
    metrics: tuple[str, ...],
    techniques: tuple[str, ...] | None,
    limits: tuple[tuple[str, float], ...],
    guards: tuple[tuple[str, float], ...],
    _known_points: Known,
) -> PlotPoints:
    columns = _columns(model, version, techniques, _known_points)
    fronts = [_fronts(model, version, techniques, metric, _known_points) for metric in metrics]
    points = shown(_known_points, techniques)
    version = repr((version, metrics, techniques, limits, guards))
    return judged(columns, points, fronts, Bounds(dict(limits), dict(guards)), version=version)


@st.cache_resource(show_spinner=False, max_entries=16)
def _columns(
    model: str, version: str, techniques: tuple[str, ...] | None, _known_points: Known
) -> PlotPoints:
    """What doesn't hang on limits and axes: a second at 10,000 points."""
    points, base = shown(_known_points, techniques), repr((version, techniques))
    if (here := _known_points.here) is None:
        return PlotPoints.of(points, version=base, standing={})
    columns = _columns(model, here.version, techniques, here)
    return columns.on_device(points, base=base, device=_known_points.device)


@st.cache_resource(show_spinner=False, max_entries=64)
def _fronts(
    model: str, version: str, techniques: tuple[str, ...] | None, x: str, _known_points: Known
) -> Fronts:
    if (here := _known_points.here) is not None and x not in ON_DEVICES:
        return _fronts(model, here.version, techniques, x, here)
    return Fronts.of(shown(_known_points, techniques), x)


@st.cache_resource(show_spinner=False, max_entries=64)
def _trade_off(
    model: str, version: str, technique: str | None, cost: str, _known_points: Known
) -> TradeOff | None:
    points = shown(_known_points, None if technique is None else [technique])
    return TradeOff.of(points, cost, original=_known_points.original)


def _as_known(version: str, points: Sequence[Point], model: str) -> Known:
    key = Recipe(model=model).key
    original = next((point for point in points if point.key == key), None)
    shown = on_one_clock(points, original)
    return Known(version, tuple(shown), {point.key: point for point in shown}, original)
