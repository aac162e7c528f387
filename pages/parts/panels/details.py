"""Below the plots, one open at a time: what the technique does, the layers, the points, the method."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs.live import begins_anew
from pages.parts.panels import Panel
from pages.parts.panels.command import command
from pages.parts.panels.points_table import best_first, points_table
from pages.parts.shell import words
from pages.techniques.face import EVERYWHERE, Face

INTERVALS = (
    "A difference from the original is told only beyond its 95 % interval, worked out from both models' own (Newcombe, "
    "1998) as if each had been judged on other examples; compared example by example it would be narrower."
)
SECTIONS = ("About", "Layers", "Points", "Method")


def details(
    face: Face,
    recipe: Recipe,
    point: Point | None,
    known: data.Known,
    *,
    at: int,
    settled: bool,
    on_pick: Callable[[str], None],
) -> None:
    """Draw the section that is open, if any. ``settled``: no measurement of the recipe is awaited.

    The face's own panels are of step number ``at``: they look at the recipe as far as that. ``on_pick`` gets the key
    of a point that is chosen in the table, in its callback.
    """
    drawn = _as_far_as(at, recipe, point, known)
    if face.picture:
        _panel(resolve_name(face.picture), *drawn, known, settled)
    section = st.segmented_control(
        "Details",
        sections(face),
        key="details",
        bind="query-params",
        label_visibility="collapsed",
    )
    if section == "About":
        st.markdown(face.text)
    elif section is not None and section in face.panels:
        if drawn[0] is not recipe:
            st.caption(f"After {drawn[0].describe()}, before the steps that follow.")
        _panel(resolve_name(face.panels[section]), *drawn, known, settled)
    elif section in EVERYWHERE:
        _judging(resolve_name(EVERYWHERE[section]), recipe, point, known, settled)
    elif section and point is None:
        st.caption("Nothing is measured yet for these knobs.")
    elif section == "Layers" and point is not None:
        _layers(point)
    elif section == "Points":
        alike = [p for p in known.points if _is_alike(p.recipe, recipe)]
        points_table(best_first(alike), on_pick=on_pick)
    elif section == "Method" and point is not None:
        _method(point)


def sections(face: Face) -> tuple[str, ...]:
    return (*SECTIONS[:1], *face.all_panels, *SECTIONS[1:])


def _as_far_as(
    at: int, recipe: Recipe, point: Point | None, known: data.Known
) -> tuple[Recipe, Point | None]:
    """The recipe up to step number ``at``, and its point."""
    if at == len(recipe.steps) - 1:
        return recipe, point
    first = recipe.model_copy(update={"steps": recipe.steps[: at + 1]})
    return first, known.by_key.get(first.key)


@st.fragment
def _panel(
    draw: Panel, recipe: Recipe, point: Point | None, known: data.Known, settled: bool
) -> None:
    """What is asked and chosen in a panel draws it alone."""
    changes = any(step.is_trained and not step.keeps_values for step in recipe.steps)
    if changes and not begins_anew(recipe):
        st.caption("These look at the weights as they are before training.")
    draw(recipe, point, known, settled)


@st.fragment
def _judging(
    draw: Panel, recipe: Recipe, point: Point | None, known: data.Known, settled: bool
) -> None:
    draw(recipe, point, known, settled)


def _is_alike(one: Recipe, other: Recipe) -> bool:
    """Whether the same is done in the same order, with whatever knobs."""
    return [step.technique for step in one.steps] == [step.technique for step in other.steps]


def _layers(point: Point) -> None:
    if not point.layers:
        st.caption("This point was stored without its layers: measure it again to see them.")
        return
    rows = [
        {
            "Tensor": layer.name,
            "Bytes": layer.bytes,
            "Shape": " x ".join(str(extent) for extent in layer.shape) or "one number",
            "Values": layer.values,
            "Zeros (%)": round(100 * (1 - layer.nonzero / max(layer.values, 1)), 1),
            "Bits per value": layer.bits,
            "Stored as": layer.layout,
        }
        for layer in sorted(point.layers, key=lambda layer: -layer.bytes)
    ]
    st.dataframe(rows, hide_index=True, key="layers", placeholder=words.MISSING)


def _method(point: Point) -> None:
    st.code(command(point.recipe), language=None)
    packed = data.packed_file(point)
    if packed is not None:
        st.download_button(
            "Download this model (packed file)",
            packed,
            file_name=f"{point.recipe.model.replace('/', '-')}-{point.key}.packed",
            key="packed",
            on_click="ignore",
            help="One file; `compression.load(file)` gives the model back, `verify` measures it again.",
        )
    rows = [
        {
            "Figure": metric.label,
            "Value": point.text(name),
            "95 % interval": metric.interval(m.low, m.high) or words.MISSING,
            "n": words.MISSING if m.n is None else f"{m.n:,}",
            "How": words.how(m),
            "Note": m.note or metric.help,
        }
        for name, metric in METRICS.items()
        if (m := point.measurements.get(name)) is not None
    ]
    st.table(rows, hide_index=True)  # its sentences wrap, as those of a data frame don't
    environment = point.environment
    versions = ", ".join(f"{name} {version}" for name, version in environment.versions.items())
    load = "" if environment.load is None else f", load {environment.load:.1f}"
    st.caption(
        f"{environment.machine}, {environment.cores} cores, {environment.threads} thread{load}; "
        f"Python {environment.python}, {versions}; {point.created:%Y-%m-%d %H:%M} UTC; key {point.key}."
    )
    st.caption(INTERVALS)
