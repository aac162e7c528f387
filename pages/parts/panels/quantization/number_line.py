"""The number line panel: a layer's weights, the values they may take, and what rounding loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import ask
from pages.parts.panels.quantization.number_line_words import describe_formats, describe_grid

NOT_FASTER = (
    "Fewer than 8 bits make the file smaller, not the model faster here: the runtime multiplies 8-bit "
    "integers and 32-bit floats, so narrower weights are widened to one of these before they are used."
)
ALL = -1
OF = "_number_line_of"
LAYER, CHANNEL, GROUP = "number-line-layer", "number-line-channel", "number-line-group"


def number_line(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Draw the panel for the layer and channel that the user chose."""
    choosers, said = st.container(), st.empty()
    asked = {"model": recipe.model, "recipe": recipe.model_dump(), **_chosen(recipe.model)}
    answer = ask("weights", asked, slot="weights", settled=settled, said=said)
    if answer is None:
        return
    with choosers:
        _choose(answer)
    if settled:
        said.markdown(describe_grid(answer))
    _line(answer)
    errors, formats = st.columns(2)
    with errors:
        _errors(answer)
    with formats:
        said = st.empty()
        asked = {key: asked[key] for key in ("model", "recipe")}
        asked["layer"] = answer["layer"]
        compared = ask("formats", asked, slot="formats", settled=settled, said=said)
        if compared is not None:
            said.caption("Small floats against whole numbers of equal bits")
            _formats(compared)
    st.caption(NOT_FASTER)


def _chosen(model: str) -> dict[str, Any]:
    """What to ask for: where the choosers stand, or the layer with most weights, all its channels."""
    if st.session_state.get(OF) != model:
        st.session_state[OF] = model
        st.session_state[LAYER] = ""
        _all_channels()
    layer, channel, group = (st.session_state.get(key) for key in (LAYER, CHANNEL, GROUP))
    is_one = channel not in (None, ALL)
    return {
        "layer": layer or "",
        "channel": channel if is_one else ALL,
        "group": group or 0 if is_one else 0,
    }


def _choose(answer: Mapping[str, Any]) -> None:
    """The choosers, now that it is known what there is to choose from."""
    names = [layer["name"] for layer in answer["layers"]]
    if st.session_state.get(LAYER) not in names:
        st.session_state[LAYER] = answer["layer"]
    is_one = st.session_state.get(CHANNEL, ALL) != ALL
    columns = st.columns([2, 1, 1] if is_one and answer["groups"] > 1 else [2, 1])
    columns[0].selectbox(
        "Layer", names, key=LAYER, on_change=_all_channels,
        format_func=lambda name: name.removesuffix(".weight"),
    )  # fmt: skip
    columns[1].selectbox(
        "Output channel", [ALL, *range(answer["channels"])], key=CHANNEL,
        format_func=lambda number: "all" if number == ALL else str(number),
    )  # fmt: skip
    if len(columns) > 2:
        columns[2].selectbox("Group", range(answer["groups"]), key=GROUP)


def _all_channels() -> None:
    st.session_state[CHANNEL] = ALL
    st.session_state[GROUP] = 0


def _line(answer: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    x = "Weight" if answer["unit"] == "weight" else "Weight over its channel's scale"
    chart = charts.figure(x=x, y="Number of weights", height=260, legend=True)
    weights, levels = answer["weights"], answer["levels"]
    chart.add_trace(charts.histogram(weights, name="weights before"))
    if levels:
        chart.add_trace(
            go.Scatter(
                x=[x for level in levels for x in (level, level, None)],
                y=[y for used in answer["used"] for y in (0, used, None)],
                mode="lines", line={"color": charts.ACCENT, "width": 1.5},
                hoverinfo="skip", showlegend=False,
            )
        )  # fmt: skip
        chart.add_trace(
            go.Scatter(
                x=levels, y=answer["used"], mode="markers", name="after: how many have each value",
                marker={"color": charts.ACCENT, "size": 7 if len(levels) < 70 else 4, "symbol": "diamond"},
                hovertemplate="%{x:.4g}: %{y} weights<extra></extra>",
            )
        )  # fmt: skip
    ends = [weights["edges"][0], weights["edges"][-1], *levels[:1], *levels[-1:]]
    low, high = (ends[0], ends[1]) if answer["stored"] == "one" else (min(ends), max(ends))
    margin = 0.04 * (high - low)
    chart.update_xaxes(range=[low - margin, high + margin])
    charts.draw(
        chart, key="number-line", alt="Histogram of weights, and the values they are rounded to"
    )


def _errors(answer: Mapping[str, Any]) -> None:
    of_scale = "" if answer["unit"] == "weight" else " of a scale"
    st.caption(f"Rounding error, root mean square {answer['rms_error']:.3g}{of_scale}")
    chart = charts.figure(x="After − before", y="Number of weights", height=230)
    chart.add_trace(charts.histogram(answer["errors"], name=""))
    if answer["kind"] == "int":
        for half in (-answer["finest"] / 2, answer["finest"] / 2):
            chart.add_vline(half, line={"color": charts.GREY, "dash": "dash", "width": 1.5})
    charts.draw(chart, key="rounding-error", alt="Histogram of the rounding errors")
    if answer["kind"] == "int":
        st.caption(
            "Dashed: half a step. Errors beyond it were clipped, or are meant: they cancel others in the "
            "layer's output."
        )


def _formats(compared: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    rows = compared["rows"]
    gain = [row["float_db"] - row["int_db"] for row in rows]
    chart = charts.figure(x="Bits per weight", y="Less noise in floats (dB) ↑", height=230)
    chart.update_layout(bargap=0.35)
    chart.add_trace(
        go.Bar(
            x=[row["bits"] for row in rows], y=gain,
            marker={"color": [charts.ACCENT if g > 0 else charts.PLAIN for g in gain]},
            text=[row["float"] for row in rows], textposition="outside", cliponaxis=False,
            customdata=[[row["int_db"], row["float_db"]] for row in rows],
            hovertemplate="%{x} bits: whole numbers %{customdata[0]:.1f} dB, %{text} "
            "%{customdata[1]:.1f} dB below the weights<extra></extra>",
        )
    )  # fmt: skip
    chart.update_xaxes(dtick=1)
    reach = 1.35 * max(0.5, *map(abs, gain))
    chart.update_yaxes(
        range=[-reach if min(gain) < 0 else 0, reach if max(gain) > 0 else 0.2 * reach]
    )
    charts.draw(
        chart, key="fixed-or-float", alt="Noise of small floats against whole numbers, by bits"
    )
    st.caption(describe_formats(rows))
