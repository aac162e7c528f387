"""The surface panel: quality over temperature and the teacher's weight, as far as it has been measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import streamlit as st

from compression.errors import LabError
from compression.point import Point, quality_of
from compression.point.difference import least_difference
from compression.recipe import Recipe, format_step
from compression.recipe.sweep import Sweep
from pages.parts import data
from pages.parts.jobs.expected import help_on, labelled
from pages.parts.panels.common import charts
from pages.parts.panels.distillation.students import (
    distill_step,
    is_after_others,
    twins,
    up_to_distillation,
)
from pages.parts.shell.mean_interval import mean_interval
from pages.parts.shell.quality_words import examples

TEMPERATURES, WEIGHTS = (1.0, 2.0, 4.0, 8.0, 16.0), (0.1, 0.5, 0.9)
"""What the button measures; whatever else is known is drawn as well."""

FREE = ("temperature", "alpha")
CAVEAT = (
    "Each cell is the mean over the seeds in brackets, all other knobs as they stand. These are accuracies of the test "
    "set: read the shape off them. A cell picked because it is the best of many looks better than it is."
)


@dataclass(frozen=True)
class Surface:
    """Mean accuracy in percent and number of seeds by (weight, temperature)."""

    temperatures: tuple[float, ...]
    weights: tuple[float, ...]
    cells: Mapping[tuple[float, float], tuple[float, int]]
    examples: int = 0
    """Of the test set, the same for all cells."""

    @property
    def least(self) -> float:
        """Points by which two cells must differ to be told apart."""
        best = max((cell[0] for cell in self.cells.values()), default=0.0)
        return 100 * least_difference(best / 100, self.examples)


def temperature_surface(
    recipe: Recipe, point: Point | None, known: data.Known, settled: bool
) -> None:
    """The map, and the button that fills it."""
    step = distill_step(recipe)
    if not step.teachers:
        st.caption("Labels alone have no temperature: choose a method with a teacher.")
        return
    if is_after_others(recipe):
        st.caption("The map is of distillation as the first step: bring it forward to see it.")
        return
    measured = surface(recipe, known.points)
    alone = control_accuracies(recipe, known)
    st.markdown(describe(measured, alone))
    if measured.cells:
        _map(measured, (step.alpha, step.temperature))
    left = len(_sweep(recipe).recipes()) - sum(
        (alpha, t) in measured.cells for alpha in WEIGHTS for t in TEMPERATURES
    )
    seed = 0 if left else _next_seed(recipe, known)
    here = {p.key for p in known.points if p.origin == "here"}
    missing = [r for r in _sweep(recipe, seed).recipes() if r.key not in here]
    label = (
        f"Fill the surface ({left} of 15 to train)" if left else "Train one more seed everywhere"
    )
    st.button(
        labelled(label, missing),
        key="sweep-surface",
        icon=":material/grid_on:",
        on_click=_start,
        args=(recipe, seed),
        help="Temperatures 1, 2, 4, 8 and 16 by weights of 10, 50 and 90 %: they train while you go on, and the map "
        f"fills in as they come.{help_on(missing)}",
    )
    st.caption(CAVEAT)


def surface(recipe: Recipe, points: Sequence[Point]) -> Surface:
    """The known points that differ from the recipe in temperature, weight and seed alone."""
    values: dict[tuple[float, float], list[float]] = {}
    count = 0
    for point in twins(points, recipe, free=FREE):
        step, quality = distill_step(point.recipe), point.quality
        if quality is not None:
            values.setdefault((step.alpha, step.temperature), []).append(100 * quality)
            measured = point.measurements[quality_of(point.recipe.model).field]
            count = measured.n or count
    return Surface(
        temperatures=tuple(sorted({*TEMPERATURES, *(t for _, t in values)})),
        weights=tuple(sorted({*WEIGHTS, *(alpha for alpha, _ in values)})),
        cells={place: (mean(qualities), len(qualities)) for place, qualities in values.items()},
        examples=count,
    )


def control_accuracies(recipe: Recipe, known: data.Known) -> list[float]:
    """Of labels alone, in percent, for each seed that is known."""
    control = up_to_distillation(recipe).control
    assert control is not None
    qualities = [point.quality for point in twins(known.points, control)]
    return [100 * quality for quality in qualities if quality is not None]


def describe(measured: Surface, alone: Sequence[float]) -> str:
    """How far the cells lie apart, and where labels alone lie."""
    if len(measured.cells) < 2:
        return (
            "How much do temperature and the teacher's weight matter? Train students with several of both to see "
            "it on a map."
        )
    (_, hot), (best, _) = max(
        ((place, cell) for place, cell in measured.cells.items()), key=lambda item: item[1][0]
    )
    lowest = min(cell[0] for cell in measured.cells.values())
    said = f"From {lowest:.1f} to {best:.1f} %"
    if best - lowest <= measured.least:
        said += f": no difference that {examples(measured.examples)} can show."
    else:
        said += (
            f", highest at T = {hot:g}. Cells less than {measured.least:.1f} points apart can't be told apart "
            f"by {examples(measured.examples)}."
        )
    if not alone:
        return said
    without = mean_interval(alone).mean
    below = sum(cell[0] <= without + measured.least for cell in measured.cells.values())
    cells = len(measured.cells)
    return f"{said} Labels alone reach {without:.1f} %: {below} of these {cells} settings are not clearly better."


def _map(measured: Surface, now: tuple[float, float]) -> None:
    import plotly.graph_objects as go

    x, y = [f"{t:g}" for t in measured.temperatures], [f"{100 * a:g} %" for a in measured.weights]
    cells = [[measured.cells.get((a, t)) for t in measured.temperatures] for a in measured.weights]
    chart = charts.figure(
        x="Temperature", y="Weight of the teacher", height=110 + 46 * len(measured.weights)
    )
    chart.add_trace(
        go.Heatmap(
            x=x, y=y, z=[[None if cell is None else cell[0] for cell in row] for row in cells],
            colorscale="Cividis", xgap=3, ygap=3, hoverongaps=False,
            colorbar={"title": {"text": "%"}, "thickness": 10, "outlinewidth": 0},
            hovertemplate="T = %{x}, weight %{y}: %{z:.2f} %<extra></extra>",
        )
    )  # fmt: skip
    middle = _middle([cell[0] for cell in measured.cells.values()])
    for line, row in enumerate(cells):  # numbers on an axis of categories are places
        for column, cell in enumerate(row):
            text = "·" if cell is None else f"{cell[0]:.1f}<br><sub>({cell[1]})</sub>"
            colour = charts.GREY if cell is None else "#ffffff" if cell[0] < middle else "#101010"
            chart.add_annotation(
                x=column, y=line, text=text, showarrow=False, font={"color": colour}
            )
    alpha, temperature = now
    if alpha in measured.weights and temperature in measured.temperatures:
        column, line = measured.temperatures.index(temperature), measured.weights.index(alpha)
        chart.add_shape(
            type="rect", x0=column - 0.5, x1=column + 0.5, y0=line - 0.5, y1=line + 0.5,
            line={"color": charts.ACCENT, "width": 3},
        )  # fmt: skip
    chart.update_xaxes(type="category", categoryarray=x, showgrid=False)
    chart.update_yaxes(type="category", categoryarray=y, showgrid=False)
    charts.draw(
        chart, key="temperature-surface", alt="Accuracy over temperature and weight of the teacher"
    )


def _middle(values: Sequence[float]) -> float:
    return (min(values) + max(values)) / 2 if values else 0.0


def _sweep(recipe: Recipe, seed: int = 0) -> Sweep:
    step = distill_step(recipe)
    kept = [
        part
        for part in format_step(step).partition(":")[2].split(",")
        if part and part.partition("=")[0] not in FREE
    ]
    grid = [
        "temperature=" + "|".join(f"{t:g}" for t in TEMPERATURES),
        "alpha=" + "|".join(f"{alpha:g}" for alpha in WEIGHTS),
    ]
    return Sweep.parse(recipe.model, [f"{step.technique}:" + ",".join([*kept, *grid])], seed=seed)


def _next_seed(recipe: Recipe, known: data.Known) -> int:
    """The first seed with which the surface is not whole yet."""
    seed = 0
    while all(asked.key in known.by_key for asked in _sweep(recipe, seed).recipes()):
        seed += 1
    return seed


def _start(recipe: Recipe, seed: int) -> None:
    sweep = _sweep(recipe, seed)
    try:
        data.engine().start_sweep(sweep)
    except LabError as error:
        st.session_state["_sweep_error"] = str(error)
    else:
        st.session_state["_sweep"] = (recipe.model, sweep.key)
        st.query_params["sweep"] = sweep.key
    st.rerun(scope="app")
