"""Beneath the table: classes, flipped pictures and layers of the points, answered by the engine where it must be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from compression.compare.layers import Cell, layer_rows
from compression.point import METRICS, Point
from pages.parts.compare.why import asked_of
from pages.parts.form.glossary import hint
from pages.parts.panels.common import charts, picture
from pages.parts.panels.common.asking import ask
from pages.parts.panels.representation.changed import flips_words
from pages.parts.shell import words

VIEW = "view"
CLASSES, PICTURES, LAYERS = "Classes", "Pictures", "Layers"
LOOKS = (
    (charts.ACCENT, "square"),
    (charts.PLAIN, "circle"),
    (charts.GREY, "diamond"),
    (charts.ACCENT, "cross"),
)


def draw_details(points: Sequence[Point], pair: tuple[int, int]) -> bool:
    """One of three views; whether an answer has come that the sentence above did not know."""
    view = st.segmented_control(
        "View", (CLASSES, PICTURES, LAYERS), default=CLASSES, required=True, key=VIEW, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    before, after = points[pair[0]], points[pair[1]]
    if view == CLASSES:
        return _classes(points)
    found = _answer(before, after, f"compare-{pair[0]}-{pair[1]}")
    if view == PICTURES:
        _pictures(found, pair)
    else:
        _layers(points, found, pair)
    return found is not None


def _answer(before: Point, after: Point, slot: str) -> Mapping[str, Any] | None:
    if before.key == after.key:
        return None
    said = st.empty()
    found: Mapping[str, Any] | None = ask(
        "changes", asked_of(before, after), slot=slot, settled=True, said=said
    )
    return found


def _classes(points: Sequence[Point]) -> bool:
    """Points won or lost by each class against the first point, a sign each other point."""
    import plotly.graph_objects as go

    answers = {
        number: found
        for number, point in enumerate(points[1:], start=2)
        if (found := _answer(points[0], point, f"compare-0-{number - 1}")) is not None
    }
    if not answers:
        return False
    first = next(iter(answers.values()))
    worst = {
        name: min(each["by_class"][at]["change"] for each in answers.values())
        for at, name in enumerate(first["classes"])
    }
    names = sorted(first["classes"], key=lambda name: -worst[name])
    chart = charts.figure(
        x="Points of accuracy won or lost against 1", y="", legend=True, scattermode="group",
        height=90 + (18 + 10 * len(answers)) * len(names),
    )  # fmt: skip
    for (number, found), (colour, symbol) in zip(answers.items(), LOOKS, strict=False):
        rows = dict(zip(found["classes"], found["by_class"], strict=True))
        there = [(name, rows[name]) for name in names if rows[name]["counted"]]
        chart.add_trace(
            go.Scatter(
                x=[100 * row["change"] for _, row in there], y=[name for name, _ in there], mode="markers",
                name=f"{number}: {words.named(points[number - 1].recipe)}", offsetgroup=str(number), orientation="h",
                marker={"color": colour, "symbol": symbol, "size": 9},
                error_x={
                    "type": "data", "symmetric": False, "color": colour, "thickness": 1.5, "width": 3,
                    "array": [100 * (row["high"] - row["change"]) for _, row in there],
                    "arrayminus": [100 * (row["change"] - row["low"]) for _, row in there],
                },
                customdata=[
                    f"{100 * row['before']:.1f} % → {100 * row['after']:.1f} %, of {row['counted']:,}"
                    for _, row in there
                ],
                hovertemplate="%{y}: %{x:+.1f} points<br>%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    chart.add_vline(x=0, line={"color": charts.GREY, "width": 1, "dash": "dot"})
    charts.draw(chart, key="compared-classes", alt="Points of accuracy won or lost by each class")
    st.caption(
        "With 95 % intervals, of the same test examples pair by pair. Classes that lose most are on top."
    )
    return True


def _pictures(found: Mapping[str, Any] | None, pair: tuple[int, int]) -> None:
    if found is None:
        return
    st.markdown(flips_words(found))
    if found["flips"]:
        names = [f"{pair[0] + 1}:", f"{pair[1] + 1}:"]
        content = {
            "flips": found["flips"],
            "classes": found["classes"],
            "names": names,
            "levels": [0],
        }
        picture.draw_still("flips", content)


def _layers(
    points: Sequence[Point], found: Mapping[str, Any] | None, pair: tuple[int, int]
) -> None:
    rows = layer_rows(points)
    if not rows:
        st.caption("These points don't tell of their layers: earlier versions measured them.")
        return
    likeness = {} if found is None else {row["name"]: row["cka"] for row in found["layers"]}
    st.caption(
        hint(
            "What the file holds of each layer: bits a weight, zeros, outputs and bytes. "
            f"[[CKA]] says how alike {pair[0] + 1} and {pair[1] + 1} see the same examples there: 1 is the same."
        )
        if likeness
        else "What the file holds of each layer: bits a weight, zeros, outputs and bytes."
    )
    head = "".join(
        f'<th scope="col"><b>{number}</b> {escape(words.named(point.recipe))}</th>'
        for number, point in enumerate(points, start=1)
    )
    extra = f'<th scope="col">Likeness {pair[0] + 1}, {pair[1] + 1}</th>' if likeness else ""
    body = "".join(
        f'<tr{" class=lab-moved" if row.differs else ""}><th scope="row">{escape(row.name)}</th>'
        f"{''.join(f'<td>{_cell(cell)}</td>' for cell in row.cells)}"
        f"{f'<td>{_likeness(likeness.get(row.name))}</td>' if likeness else ''}</tr>"
        for row in rows
    )
    st.html(
        '<div class="lab-compared" tabindex="0" role="region" aria-label="Layer by layer"><table>'
        f"<thead><tr><td></td>{head}{extra}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return words.MISSING
    zeros = f", {100 * cell.sparsity:.0f} % zeros" if cell.sparsity >= 0.005 else ""
    return f"{cell.bits:.3g} bits{zeros}<small>{cell.width} outputs, {METRICS['size_bytes'].text(cell.bytes)}</small>"


def _likeness(value: float | None) -> str:
    return words.MISSING if value is None else f"{value:.3f}"
