"""The number line panel: a channel's weights, the values they may take, and what rounding loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.insight import charts
from pages.parts.insight.asking import ask

NOT_FASTER = (
    "Fewer than 8 bits make the file smaller, not the model faster here: the runtime multiplies 8-bit "
    "integers and 32-bit floats, so narrower weights are widened before they are used."
)


def number_line(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Draw the panel for the layer and channel that the user chose."""
    choice = _choose()
    asked = {"model": recipe.model, "recipe": recipe.model_dump(), **choice}
    found = ask("weights", asked, slot="weights", settled=settled)
    if found is None:
        return
    _remember(found)
    st.markdown(_sentence(found))
    _line(found)
    errors, formats = st.columns(2)
    with errors:
        _errors(found)
    with formats:
        asked = {key: asked[key] for key in ("model", "recipe", "layer")}
        compared = ask("formats", asked, slot="formats", settled=settled)
        if compared is not None:
            _formats(compared)
    st.caption(NOT_FASTER)


def _choose() -> dict[str, Any]:
    """Layer, channel and group, as far as the last answer says which there are."""
    last: Mapping[str, Any] = st.session_state.get("_number_line", {})
    names = [layer["name"] for layer in last.get("layers", ())]
    has_groups = last.get("groups", 1) > 1
    columns = st.columns([2, 1, 1] if has_groups else [2, 1])
    layer = columns[0].selectbox(
        "Layer", names or [""], key="number-line-layer", disabled=not names,
        format_func=lambda name: name.removesuffix(".weight") or "first",
        on_change=_first_channel,
    )  # fmt: skip
    channel = columns[1].number_input(
        "Output channel", 0, max(0, last.get("channels", 1) - 1), key="number-line-channel"
    )
    group = 0
    if has_groups:
        group = columns[2].number_input("Group", 0, last["groups"] - 1, key="number-line-group")
    return {"layer": layer or "", "channel": int(channel), "group": int(group)}


def _first_channel() -> None:
    st.session_state["number-line-channel"] = 0
    st.session_state["number-line-group"] = 0


def _remember(found: Mapping[str, Any]) -> None:
    """Which layers there are is known only now: the choosers are drawn again if that is news."""
    last = st.session_state.get("_number_line")
    kept = {name: found[name] for name in ("layers", "channels", "groups")}
    st.session_state["_number_line"] = kept
    if last != kept:
        st.rerun(scope="fragment")


def _sentence(found: Mapping[str, Any]) -> str:
    count, scale = found["level_count"], f"{found['scale']:.3g}".replace("-", "−")
    shares = "one scale for the whole layer" if found["shared"] else "a scale of its own"
    if found["group"]:
        shares = f"a scale for each {found['group']} weights"
    if found["kind"] == "codebook":
        rule = f"This layer's codebook holds **{count} values**, put where its weights crowd"
    elif found["kind"] == "float":
        form = f"E{found['exponent']}M{found['mantissa']}"
        rule = f"A weight is one of **{count:,} {form} floats**, dense near zero, times the scale **{scale}**"
        rule = (
            rule
            if found["stored"] != "one"
            else f"A weight is one of **{count:,} {form} floats**, unscaled"
        )
    else:
        zero = found["zero"]
        shifted = "" if zero is None else f", less the zero point **{zero:g}**,"
        rule = (
            f"A weight is one of **{count:,} whole numbers**{shifted} times the scale **{scale}**"
        )
    stored = "" if found["stored"] == "one" else f" (this channel has {shares})"
    noise = (
        ""
        if found["sqnr_db"] is None
        else f" Rounding noise is **{found['sqnr_db']:.1f} dB** below the weights"
    )
    layer = (
        ""
        if found["layer_sqnr_db"] is None
        else f", {found['layer_sqnr_db']:.1f} dB in the whole layer"
    )
    return f"{rule}{stored}.{noise}{layer}{'.' if noise else ''}"


def _line(found: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    chart = charts.figure(x="Weight", y="Number of weights", height=260, legend=True)
    weights = found["weights"]
    chart.add_trace(
        go.Bar(
            **charts.steps(weights["edges"], weights["counts"]),
            name="weights before", marker={"color": charts.BLUE, "line": {"width": 0}}, opacity=0.75,
            hovertemplate="around %{x:.3g}: %{y} weights<extra></extra>",
        )
    )  # fmt: skip
    if levels := found["levels"]:
        stems = [x for level in levels for x in (level, level, None)]
        heights = [y for used in found["used"] for y in (0, used, None)]
        chart.add_trace(
            go.Scatter(
                x=stems, y=heights, mode="lines", line={"color": charts.ORANGE, "width": 1.5},
                hoverinfo="skip", showlegend=False,
            )
        )  # fmt: skip
        chart.add_trace(
            go.Scatter(
                x=levels, y=found["used"], mode="markers", name="values after, and how many are there",
                marker={"color": charts.ORANGE, "size": 7 if len(levels) < 70 else 4, "symbol": "diamond"},
                hovertemplate="level %{x:.4g}: %{y} weights<extra></extra>",
            )
        )  # fmt: skip
    low, high = weights["edges"][0], weights["edges"][-1]
    if levels and found["stored"] != "one":
        low, high = min(low, levels[0]), max(high, levels[-1])
    margin = 0.04 * (high - low)
    chart.update_xaxes(range=[low - margin, high + margin], zeroline=True)
    if not levels:
        st.caption(
            f"{found['level_count']:,} values are too close together to be drawn one by one."
        )
    charts.draw(
        chart,
        key="number-line",
        alt="Histogram of a channel's weights and the levels they are rounded to",
    )


def _errors(found: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    st.caption(f"Rounding error, root mean square {found['rms_error']:.3g}".replace("e-0", "e-"))
    chart = charts.figure(x="Weight after − before", y="Number of weights", height=230)
    errors = found["errors"]
    chart.add_trace(
        go.Bar(
            **charts.steps(errors["edges"], errors["counts"]),
            marker={"color": charts.BLUE, "line": {"width": 0}}, opacity=0.75,
            hovertemplate="around %{x:.3g}: %{y} weights<extra></extra>",
        )
    )  # fmt: skip
    if found["kind"] == "int" and found["level_count"] > 1:
        for half in (-found["finest"] / 2, found["finest"] / 2):
            chart.add_vline(half, line={"color": charts.GREY, "dash": "dash", "width": 1})
    charts.draw(chart, key="rounding-error", alt="Histogram of the rounding error")
    if found["kind"] == "int":
        st.caption(
            "Dashed: half a step. Errors beyond it were chosen: they cancel others in the layer's output."
        )


def _formats(compared: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    rows = compared["rows"]
    st.caption("The whole layer in fixed against floating point, at equal bits")
    chart = charts.figure(x="Bits per weight", y="Signal to noise (dB) ↑", height=230, legend=True)
    bits = [row["bits"] for row in rows]
    chart.add_trace(
        go.Scatter(
            x=bits, y=[row["int_db"] for row in rows], mode="lines+markers", name="whole numbers",
            line={"color": charts.BLUE}, marker={"symbol": "square", "size": 8},
            hovertemplate="%{x} bits: %{y:.1f} dB<extra>whole numbers</extra>",
        )
    )  # fmt: skip
    chart.add_trace(
        go.Scatter(
            x=bits, y=[row["float_db"] for row in rows], mode="lines+markers+text", name="best float",
            line={"color": charts.ORANGE}, marker={"symbol": "diamond", "size": 8},
            text=[row["float"] for row in rows], textposition="bottom right",
            hovertemplate="%{x} bits: %{y:.1f} dB<extra>%{text}</extra>",
        )
    )  # fmt: skip
    chart.update_xaxes(range=[2.8, 8.9], dtick=1)
    charts.draw(
        chart, key="fixed-or-float", alt="Signal to noise ratio over bits, fixed and floating point"
    )
    st.caption(_verdict(rows))


def _verdict(rows: list[Mapping[str, Any]]) -> str:
    floats = [row["bits"] for row in rows if row["float_db"] > row["int_db"] + 0.05]
    if not floats:
        return "Whole numbers lose less at every width here: few of these weights lie far out."
    listed = ", ".join(map(str, floats))
    return f"Floats lose less at {listed} bits: they spend their levels near zero, where most weights are."
