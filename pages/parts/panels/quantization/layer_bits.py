"""The bits-by-layer panel: one slider per layer, totals at once, and a solver for a size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.errors import UsageError
from compression.insight.quantization.layer_bits import (
    LayerBits,
    bits_table,
    expected_quality,
    limits,
    nearest,
    solve,
    total,
    uniform,
)
from compression.point import METRICS, Point, quality_of
from compression.recipe import Recipe, make_step, only_effective
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.shared import by_layer
from compression.techniques.shared.cost_table import CostTable
from pages.parts import data
from pages.parts.form.knobs import set_knobs
from pages.parts.panels.budget.bar_editor import Bar, Words, bar_editor
from pages.parts.panels.common.asking import ask

STATE, BUDGET = "_layer_bits", "layer-budget"


def layer_bits(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Edit, solve, apply; then what was predicted beside what is measured."""
    step = recipe.steps[-1]
    assert isinstance(step, Quantize)
    if step.format == "float":
        st.caption(
            "A float's bits are its exponent and mantissa, alike in all layers: choose int or codebook."
        )
        return
    asked = {"model": recipe.model, "recipe": _plain(recipe).model_dump()}
    said = st.empty()
    answer = ask("layer_costs", asked, slot="layer_costs", settled=settled, said=said)
    if answer is None:
        return
    if settled:
        said.caption(
            "Give each layer bits of its own: sizes and errors follow at once, nothing is measured yet."
        )
    table = bits_table(answer)
    state = _state(recipe, step, table)
    _sliders(state, step, table, answer)
    now = total(table, state["bits"])
    _solver(state, table, now)
    _apply(state, step)
    _prediction(table, now, step, recipe, point, known)


def _plain(recipe: Recipe) -> Recipe:
    """The recipe with all that doesn't change what a layer costs at its defaults."""
    step = recipe.steps[-1]
    values = {**step.model_dump(), "layers": "", "ends": "same", "allocation": "same"}
    for name in ("bits", "activations", "calibration"):
        values[name] = type(step).model_fields[name].default
    plain = make_step(type(step), only_effective(type(step), values))
    return recipe.model_copy(update={"steps": (*recipe.steps[:-1], plain)})


def _state(recipe: Recipe, step: Quantize, table: CostTable) -> dict[str, Any]:
    """The bits in the editor: those of the knobs, until one is moved or the knobs change."""
    paths = [part.name for part in table.rows]
    start = _bits_of(step, paths)
    asked = (recipe.model, step.layers, step.bits, step.ends, step.format, tuple(paths))
    state: dict[str, Any] = st.session_state.setdefault(STATE, {})
    if state.get("of") != asked:
        state.update({"of": asked, "usual": step.bits, "version": state.get("version", 0)})
        _set(state, start)
    return state


def _bits_of(step: Quantize, paths: list[str]) -> dict[str, float]:
    bits = dict.fromkeys(paths, step.bits)
    if step.ends == "8-bit":
        bits[paths[0]] = bits[paths[-1]] = 8
    return {**bits, **{path: b for path, b in step.bits_by_layer.items() if path in bits}}


def _is_measured(bits: Mapping[str, float], step: Quantize) -> bool:
    """Whether these are the recipe's own; bits that it shares out itself are not known here."""
    return step.allocation == "same" and bits == _bits_of(step, list(bits))


def _sliders(
    state: dict[str, Any], step: Quantize, table: CostTable, answer: Mapping[str, Any]
) -> None:
    alike = uniform(table, step.bits)
    bars = [
        Bar(
            name=part.name,
            note=f"{part.size:,} weights",
            size=part.size,
            settings=part.settings[::-1],
            damage=part.damage[::-1],
            chosen=state["bits"][part.name],
        )
        for part in table.rows
    ]
    compared = f"{nearest(table, step.bits):g} bits everywhere ({alike.bytes / 1000:.1f} kB)"
    bar_editor(
        bars,
        Words("Layer", "Bits", "Bytes", "bits", "{} of its outputs' variance goes wrong"),
        table.costs,
        [
            {"kind": "cost", "cost": "bytes", "style": "bytes", "words": ""},
            {"kind": "mean", "words": " bits on average"},
            {"kind": "against", "damage": alike.error, "words": compared},
        ],
        key="layer-bits",
        version=f"{state['version']}-{hash(str(answer))}",
        on_move=lambda told: state.update(
            bits={path: nearest(table, bits) for path, bits in told.items()}
        ),
    )


def _solver(state: dict[str, Any], table: CostTable, now: LayerBits) -> None:
    budget, solve, even = st.columns([2, 1, 1], vertical_alignment="bottom")
    st.session_state.setdefault(BUDGET, round(now.bytes / 1000, 1))
    low, high = limits(table)
    budget.number_input(
        f"Size to meet (kB, from {low / 1000:.1f} to {high / 1000:.1f})",
        min_value=0.0, step=0.5, format="%.1f", key=BUDGET,
        help="Bits go to the layers in which each byte removes most error of the layer's outputs.",
    )  # fmt: skip
    solve.button(
        "Solve for size", key="solve-bits", icon=":material/calculate:", width="stretch",
        on_click=_solve, args=(state, table),
    )  # fmt: skip
    even.button(
        "All alike", key="even-bits", icon=":material/drag_handle:", width="stretch",
        on_click=_set, args=(state, dict.fromkeys(state["bits"], state["usual"])),
        help="Give every layer the bits of the knob.",
    )  # fmt: skip
    if message := state.pop("message", ""):
        st.error(message, icon=":material/error:")


def _solve(state: dict[str, Any], table: CostTable) -> None:
    try:
        _set(state, solve(table, 1000 * st.session_state[BUDGET]).bits)
    except UsageError as error:
        state["message"] = str(error)


def _set(state: dict[str, Any], bits: Mapping[str, float]) -> None:
    """New bits that the sliders don't know yet: the version tells them."""
    state.update({"bits": dict(bits), "version": state["version"] + 1})


def _apply(state: dict[str, Any], step: Quantize) -> None:
    own = {path: bits for path, bits in state["bits"].items() if bits != step.bits}
    layers = by_layer.written(own)
    is_applied = _is_measured(state["bits"], step)
    st.button(
        "These are the bits that are measured" if is_applied else "Apply and measure",
        key="apply-bits", type="primary", disabled=is_applied, width="stretch",
        on_click=_measure, args=(layers,),
    )  # fmt: skip


def _measure(layers: str) -> None:
    """The knobs and the address stand outside of the panel: the whole page runs."""
    set_knobs({"layers": layers, "ends": "same", "allocation": "same"})
    st.rerun(scope="app")


def _prediction(
    table: CostTable,
    now: LayerBits,
    step: Quantize,
    recipe: Recipe,
    point: Point | None,
    known: data.Known,
) -> None:
    """For the bits in the editor, and against the measurement where they are the ones measured."""
    expected = expected_quality(now.error, _measured_uniform(table, recipe, known))
    size, quality = METRICS["size_bytes"], quality_of(recipe.model)
    about = "" if expected is None else f" and about {quality.text(expected)}"
    said = f"Predicted: {size.text(now.bytes)}{about}."
    if point is not None and point.stage == "full" and _is_measured(now.bits, step):
        said += f" Measured: {point.text(size.field)} and {point.text(quality.field)}."
    st.caption(
        f"{said} Sizes are those of the real packed layers; the error is that of each layer's outputs, added up"
        + (
            "."
            if expected is None
            else f"; {quality.label.lower()} is read off measured models with equal bits everywhere."
        )
    )


def _measured_uniform(
    table: CostTable, recipe: Recipe, known: data.Known
) -> list[tuple[float, float]]:
    """(error, quality) of the known points that differ from this recipe by one number of bits for all."""
    plain = _plain(recipe)
    measured = []
    for bits in reversed(table.rows[0].settings):
        step = plain.steps[-1].model_copy(update={"bits": bits})
        same = recipe.model_copy(update={"steps": (*recipe.steps[:-1], step)})
        point = known.by_key.get(same.key)
        quality = None if point is None else point.quality
        if quality is not None:
            measured.append((uniform(table, bits).error, quality))
    return measured
