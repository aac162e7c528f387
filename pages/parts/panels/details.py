"""Below the plots, one open at a time: what the technique does, the layers, the points, the method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pkgutil import resolve_name
from typing import Any

import streamlit as st

from compression.point import METRICS, Point, headline_of
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs.live import begins_anew
from pages.parts.panels import Panel
from pages.parts.panels.command import command, steps_as_text
from pages.parts.shell import words
from pages.techniques.face import Face

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
        if at < len(recipe.steps) - 1:
            recipe = recipe.model_copy(update={"steps": recipe.steps[: at + 1]})
            point = known.by_key.get(recipe.key)
            st.caption(f"After {recipe.describe()}, before the steps that follow.")
        _panel(resolve_name(face.panels[section]), recipe, point, known, settled)
    elif section and point is None:
        st.caption("Nothing is measured yet for these knobs.")
    elif section == "Layers" and point is not None:
        _layers(point)
    elif section == "Points":
        points_table([p for p in known.points if _is_alike(p.recipe, recipe)], on_pick=on_pick)
    elif section == "Method" and point is not None:
        _method(point)


def sections(face: Face) -> tuple[str, ...]:
    return (*SECTIONS[:1], *face.panels, *SECTIONS[1:])


@st.fragment
def _panel(
    draw: Panel, recipe: Recipe, point: Point | None, known: data.Known, settled: bool
) -> None:
    """What is asked and chosen in a panel draws it alone."""
    if recipe.is_trained and not begins_anew(recipe):
        st.caption("These look at the weights as they are before training.")
    draw(recipe, point, known, settled)


def _is_alike(one: Recipe, other: Recipe) -> bool:
    """Whether the same is done in the same order, with whatever knobs."""
    return [step.technique for step in one.steps] == [step.technique for step in other.steps]


def points_table(
    points: list[Point], key: str = "points", *, on_pick: Callable[[str], None]
) -> None:
    """A sortable table of points with a download of every figure; a click or the arrow keys pick a row's point."""
    if not points:
        st.caption("No points of this kind yet: sweep a knob to measure some.")
        return

    def picked() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells and 0 <= (row := int(cells[0][0])) < len(points):
            on_pick(points[row].key)

    st.dataframe(
        [_row(point) for point in points],
        hide_index=True,
        key=key,
        on_select=picked,
        selection_mode="single-cell",
    )
    st.download_button(
        "Download all figures (CSV)",
        lambda: as_csv(points),
        file_name="points.csv",
        mime="text/csv",
        key=f"{key}-csv",
        on_click="ignore",
    )


def _row(point: Point) -> dict[str, Any]:
    figures = {}
    for metric in headline_of(point.recipe.model):
        value = point.value(metric.field)
        figures[metric.head] = None if value is None else round(value * metric.factor, 4)
    origin = "bundled" if point.origin == "bundled" else "measured here"
    return {"Recipe": words.named(point.recipe), **figures, "Origin": origin}


def as_csv(points: Sequence[Point]) -> str:
    """Every figure of the points, a row each, with what measures it again; as it was measured, without rounding."""
    import pandas

    parts = ("value", "low", "high", "n", "how")
    rows = [
        {
            "key": p.key,
            "model": p.recipe.model,
            "steps": steps_as_text(p.recipe),
            "seed": p.recipe.seed,
            "recipe": p.recipe.describe(),
            "origin": p.origin,
        }
        | {
            f"{m}_{part}": getattr(p.measurements.get(m), part, None)
            for m in METRICS
            for part in parts
        }
        for p in points
    ]
    table = pandas.DataFrame(rows, dtype=object)  # else a count with gaps becomes a float
    return table.to_csv(index=False, lineterminator="\r\n")


def _layers(point: Point) -> None:
    if not point.layers:
        st.caption("This point was stored without its layers: measure it again to see them.")
        return
    rows = [
        {
            "Tensor": layer.name,
            "Shape": " x ".join(str(extent) for extent in layer.shape),
            "Values": layer.values,
            "Zeros (%)": round(100 * (1 - layer.nonzero / max(layer.values, 1)), 1),
            "Bits per value": layer.bits,
            "Stored as": layer.layout,
            "Bytes": layer.bytes,
        }
        for layer in point.layers
    ]
    st.dataframe(rows, hide_index=True, key="layers")


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
            "Value": metric.text(m.value),
            "From": "" if m.low is None else metric.text(m.low),
            "To": "" if m.high is None else metric.text(m.high),
            "n": m.n,
            "How": words.how(m),
            "Note": m.note or metric.help,
        }
        for name, metric in METRICS.items()
        if (m := point.measurements.get(name)) is not None
    ]
    st.dataframe(rows, hide_index=True, key="method")
    environment = point.environment
    versions = ", ".join(f"{name} {version}" for name, version in environment.versions.items())
    load = "" if environment.load is None else f", load {environment.load:.1f}"
    st.caption(
        f"{environment.machine}, {environment.cores} cores, {environment.threads} thread{load}; "
        f"Python {environment.python}, {versions}; {point.created:%Y-%m-%d %H:%M} UTC; key {point.key}."
    )
    st.caption(INTERVALS)
