"""What changed against the original besides accuracy: flipped answers, classes, certainty, and what the layers see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.form.glossary import hint
from pages.parts.panels.common import charts, picture
from pages.parts.panels.common.asking import ask
from pages.parts.panels.common.judging import judged

FLIPS, ECE = METRICS["flips"], METRICS["ece"]


def changed(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """A sentence on what flipped, the examples, then three charts."""
    asked, remark = judged(recipe, point)
    said = st.empty()
    found = ask("changes", asked, slot="changes", settled=settled, said=said)
    if found is None:
        return
    said.markdown(flips_words(found))
    if remark:
        st.caption(remark)
    if found["flips"]:
        _examples(found)
    left, right = st.columns(2)
    with left:
        st.subheader(
            "Classes",
            help=hint("Points of accuracy won or lost by each class, with 95 % intervals."),
        )
        _classes(found)
    with right:
        st.subheader(
            "Certainty",
            help=hint("A model with a low [[calibration error]] is as often right as it is sure."),
        )
        _certainty(found)
    st.subheader(
        "What the layers see",
        help=hint(
            "How alike both networks see the same examples, by [[CKA]], and in how many directions: [[effective rank]]."
        ),
    )
    st.markdown(layers_words(found))
    _layers(found)


def flips_words(found: Mapping[str, Any]) -> str:
    flipped, count = found["flipped"], found["counted"]
    if not flipped["count"]:
        return f"**No answer flipped** among {count:,} test examples."
    share = FLIPS.text(flipped["value"], flipped["low"], flipped["high"])
    return (
        f"**{flipped['count']:,} of {count:,} answers flipped ({share})**: {found['lost']:,} were right and are wrong "
        f"now, {found['won']:,} the other way round, {found['other']:,} are wrong in another way. "
        "Those that both models were surest of come first."
    )


def certainty_words(certainty: Mapping[str, Any]) -> str:
    before, after, mended = (certainty[name] for name in ("original", "compressed", "mended"))
    said = f"Calibration error {ECE.text(after['ece'])}, the original's {ECE.text(before['ece'])}."
    warmth = f"at temperature {mended['temperature']:.2f}, fitted on validation, it is {ECE.text(mended['ece'])}"
    if mended["ece"] < after["ece"]:
        return f"{said} Its remedy changes no answer: {warmth}."
    return f"{said} A temperature is no remedy here: {warmth}."


def layers_words(found: Mapping[str, Any]) -> str:
    lowest = min(found["layers"], key=lambda layer: layer["cka"])
    return (
        f"The last layer is given what is **{found['hidden_cka']:.3f}** like the original's (1 is the same); "
        f"least alike is {lowest['name']}, {lowest['cka']:.3f}. Logits moved by "
        f"{100 * found['logit_distance']:.0f} % of their size."
    )


def _examples(found: Mapping[str, Any]) -> None:
    names = {"names": ["Before:", "Now:"], "levels": [0]}
    picture.draw_still("flips", {"flips": found["flips"], "classes": found["classes"], **names})


def _classes(found: Mapping[str, Any]) -> None:
    """A dot a class, those that lose most on top."""
    import plotly.graph_objects as go

    rows = [
        (name, row)
        for name, row in zip(found["classes"], found["by_class"], strict=True)
        if row["counted"]
    ]
    rows.sort(key=lambda pair: -pair[1]["change"])
    changes = [100 * row["change"] for _, row in rows]
    chart = charts.figure(x="Points won or lost", y="", height=60 + 24 * len(rows))
    chart.add_trace(
        go.Scatter(
            x=changes, y=[name for name, _ in rows], mode="markers",
            marker={"color": charts.ACCENT, "size": 9},
            error_x={
                "type": "data", "symmetric": False, "color": charts.ACCENT, "thickness": 1.5, "width": 4,
                "array": [100 * (row["high"] - row["change"]) for _, row in rows],
                "arrayminus": [100 * (row["change"] - row["low"]) for _, row in rows],
            },
            customdata=[
                f"{100 * row['before']:.1f} % before, {100 * row['after']:.1f} % now, of {row['counted']:,}"
                for _, row in rows
            ],
            hovertemplate="%{y}: %{x:+.1f} points<br>%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    chart.add_vline(x=0, line={"color": charts.GREY, "width": 1, "dash": "dot"})
    charts.draw(chart, key="changed-classes", alt="Points of accuracy won or lost by each class")


def _certainty(found: Mapping[str, Any]) -> None:
    """A reliability diagram: how often right against how sure."""
    import plotly.graph_objects as go

    chart = charts.figure(x="How sure (%)", y="How often right (%)", height=280, legend=True)
    chart.add_trace(
        go.Scatter(
            x=[0, 100], y=[0, 100], mode="lines", name="as sure as right", hoverinfo="skip",
            line={"color": charts.GREY, "width": 1, "dash": "dot"},
        )
    )  # fmt: skip
    looks = {"original": (charts.PLAIN, "circle-open"), "compressed": (charts.ACCENT, "square")}
    names = {"original": "original", "compressed": "this model"}
    for who, (colour, symbol) in looks.items():
        bins = found["certainty"][who]
        there = [i for i, count in enumerate(bins["counts"]) if count >= LEAST]
        chart.add_trace(
            go.Scatter(
                x=[100 * bins["confidence"][i] for i in there],
                y=[100 * bins["accuracy"][i] for i in there],
                mode="lines+markers", name=names[who], line={"color": colour, "width": 2},
                marker={"symbol": symbol, "size": 8}, customdata=[bins["counts"][i] for i in there],
                hovertemplate="%{x:.0f} % sure: %{y:.0f} % right, of %{customdata:,}<extra>"
                + names[who] + "</extra>",
            )
        )  # fmt: skip
    charts.draw(chart, key="changed-certainty", alt="How often right against how sure")
    st.caption(certainty_words(found["certainty"]))


LEAST = 5
"""Examples that a bin must have to be drawn."""


def _layers(found: Mapping[str, Any]) -> None:
    st.dataframe(
        [
            {
                "Layer": layer["name"],
                "Beside": layer["partner"],
                "Likeness (CKA)": round(layer["cka"], 4),
                "Effective rank before": round(layer["rank"]["before"], 1),
                "Effective rank now": round(layer["rank"]["after"], 1),
            }
            for layer in found["layers"]
        ],
        hide_index=True,
        key="changed-layers",
    )
