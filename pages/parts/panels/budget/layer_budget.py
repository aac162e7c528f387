"""The layer budget: a bar per layer or group over its sensitivity, a solver, a real run, the projection's error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.errors import UsageError
from compression.insight.budget.projection import Known, expected_loss
from compression.insight.budget.table import Products, Sums, Table
from compression.point import Metric, Point, quality_of
from compression.recipe import Recipe
from compression.techniques.pruning.knobs import Prune
from compression.techniques.step import Step
from pages.parts import data
from pages.parts.form.knobs import set_knobs
from pages.parts.panels.budget import budget_kinds as kinds
from pages.parts.panels.budget.bar_editor import Bar, bar_editor
from pages.parts.panels.budget.budget_answers import ask_table, losses, measure_anchors
from pages.parts.panels.budget.budget_kinds import Kind
from pages.parts.panels.budget.budget_outcome import outcome
from pages.parts.panels.common.asking import poll
from pages.parts.shell.quality_words import loss_words

STATE = "_layer_budget"
TARGETS = {"bytes": "Size (kB)", "parameters": "Parameters (k)", "macs": "Multiply-adds (k)"}


def layer_budget(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Drag or solve, measure; then what was projected beside what is measured."""
    step = recipe.steps[-1]
    kind = kinds.kind_of(step)
    if isinstance(step, Prune) and step.pattern != "free":
        st.caption(
            f"{step.pattern} leaves every layer the same share: choose the pattern free to share it out."
        )
        return
    said = st.empty()
    table = ask_table(recipe, kind, settled=settled, said=said)
    if table is None:
        return
    known = data.known_or_bundled(recipe.model) if settled else known
    is_measuring = settled and measure_anchors(recipe, kind, known)
    if settled:
        said.caption(_explained(table, kind))
    loss = losses(recipe, kind, table, known)
    state = _state(recipe, step, table, point)
    quality = quality_of(recipe.model)
    _bars(state, table, kind, known, loss, quality)
    _solver(state, table)
    _buttons(state, table, kind, step)
    if is_measuring:
        st.caption(
            f"A few models of this kind are being measured, to read the {quality.label.lower()} off them …"
        )
        poll("budget-anchors")
    if point is not None and point.stage == "full" and state["choice"] == state["start"]:
        outcome(
            table, state["choice"], expected_loss(loss, table.damage(state["choice"])), point, known
        )


def _explained(table: Table, kind: Kind) -> str:
    order = table.by_damage(kind.taken)
    ends = ""
    if len(order) > 1:
        ends = (
            f" With {100 * kind.taken:g} % gone, **{order[0]}** is the most robust "
            f"and **{order[-1]}** the most sensitive."
        )
    return (
        f"The curve behind a bar: how much the model's answers change when this {kind.part} alone is pruned so far, "
        f"on one logarithmic scale for all.{ends}"
    )


def _state(recipe: Recipe, step: Step, table: Table, point: Point | None) -> dict[str, Any]:
    """The choice in the editor: what is measured, until a bar is moved or the knobs change."""
    start = kinds.chosen(table, step, point)
    asked = (recipe.key, tuple(start.items()))
    state: dict[str, Any] = st.session_state.setdefault(STATE, {"version": 0})
    if state.get("of") != asked:
        state.update({"of": asked, "start": start})
        _set(state, start)
    return state


def _bars(
    state: dict[str, Any],
    table: Table,
    kind: Kind,
    known: data.Known,
    loss: tuple[Known, ...],
    quality: Metric,
) -> None:
    bars = []
    for part in table.parts:
        turn = -1 if part.settings[0] > part.settings[-1] else 1
        bars.append(
            Bar(
                name=part.name,
                note=kind.size.format(part.size),
                size=part.size,
                settings=part.settings[::turn],
                damage=part.damage[::turn],
                chosen=state["choice"][part.name],
            )
        )
    costs = {name: _as_json(cost) for name, cost in table.costs.items()}
    whole = None if known.original is None else known.original.value("size_bytes")
    totals: list[Mapping[str, Any]] = [
        {"kind": "cost", "cost": "bytes", "style": "bytes", "words": ""},
        {"kind": "ratio", "cost": "bytes", "whole": whole or table.range("bytes")[1], "words": "smaller"},
        {"kind": "loss", "table": loss, **loss_words(quality)},
        {"kind": "cost", "cost": "parameters", "style": "count", "words": " parameters left"},
        {"kind": "cost", "cost": "macs", "style": "count", "words": f" {kind.macs}"},
    ]  # fmt: skip
    bar_editor(
        bars, kind.words, costs, totals, key="layer-budget",
        version=f"{state['version']}-{hash((str(costs), str(totals)))}",
        on_move=lambda told: state.update(choice=table.nearest(told)),
    )  # fmt: skip


def _as_json(cost: Any) -> Mapping[str, Any]:
    if isinstance(cost, Sums):
        return {"rest": cost.rest, "corners": cost.corners}
    assert isinstance(cost, Products)
    return {"rest": cost.price.rest, "layers": [vars(layer) for layer in cost.price.layers]}


def _solver(state: dict[str, Any], table: Table) -> None:
    what, number, solve = st.columns([1.3, 1.7, 1], vertical_alignment="bottom")
    metric = what.selectbox(
        "Solve for", list(TARGETS), format_func=TARGETS.__getitem__, key="budget-metric",
    )  # fmt: skip
    low, high = (value / 1000 for value in table.range(metric))
    key = f"budget-{metric}"
    st.session_state.setdefault(key, round(table.costs[metric].at(state["choice"]) / 1000, 1))
    number.number_input(
        f"At most, from {low:,.1f} to {high:,.1f}", min_value=0.0, step=0.5, format="%.1f", key=key,
        help="What goes first is what the answers, and the layer's own outputs, suffer least from for what it saves.",
    )  # fmt: skip
    solve.button(
        "Solve", key="solve-budget", icon=":material/calculate:", width="stretch",
        on_click=_solve, args=(state, table, metric),
    )  # fmt: skip
    if message := state.pop("message", ""):
        st.error(message, icon=":material/error:")


def _solve(state: dict[str, Any], table: Table, metric: str) -> None:
    try:
        _set(state, table.solve(metric, 1000 * st.session_state[f"budget-{metric}"]))
    except UsageError as error:
        state["message"] = str(error)


def _set(state: dict[str, Any], choice: Mapping[str, float]) -> None:
    """A new choice that the bars don't know yet: the version tells them."""
    state.update({"choice": dict(choice), "version": state["version"] + 1})


def _buttons(state: dict[str, Any], table: Table, kind: Kind, step: Step) -> None:
    is_measured = state["choice"] == state["start"]
    measure, back, drop = st.columns([2, 1, 1])
    measure.button(
        "This is what is measured" if is_measured else "Measure it", key="measure-budget", type="primary",
        disabled=is_measured, width="stretch", on_click=_measure,
        args=(kinds.knobs(table, kind, step, state["choice"]),),
    )  # fmt: skip
    back.button(
        "Put back", key="budget-back", icon=":material/undo:", disabled=is_measured, width="stretch",
        on_click=_set, args=(state, state["start"]), help="The bars as they are measured.",
    )  # fmt: skip
    drop.button(
        "All by the knob", key="budget-drop", icon=":material/tune:", disabled=not kinds.own(step),
        width="stretch", on_click=_measure, args=({kind.knob: ""},),
        help="Drop these settings: the knob on the left decides for all again.",
    )  # fmt: skip


def _measure(values: Mapping[str, Any]) -> None:
    """The knobs and the address stand outside of the panel: the whole page runs."""
    set_knobs(values)
    st.rerun(scope="app")
