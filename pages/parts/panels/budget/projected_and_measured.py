"""What a layer budget's projection was worth: each figure projected, measured, and the difference."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, Metric, Point, quality_of
from compression.point.difference import Difference
from compression.techniques.shared.cost_table import AdditiveCost, Choice, CostTable
from pages.parts import data
from pages.parts.shell.quality_words import lost, plain, quality_change, signed

MEASURED = {"bytes": "size_bytes", "parameters": "parameters", "macs": "macs"}


def projected_and_measured(
    table: CostTable, choice: Choice, loss: float | None, point: Point, known: data.Known
) -> None:
    """A row for the size, what is left, and the quality that was lost."""
    rows = []
    for name, cost in table.costs.items():
        measured = point.value(MEASURED[name])
        counts_alike = name != "macs" or not isinstance(
            cost, AdditiveCost
        )  # measured MACs count zeros too
        if measured and counts_alike:
            metric, projected = METRICS[MEASURED[name]], cost.at(choice)
            off = f"{plain(100 * (projected / measured - 1), '+')} %"
            rows.append((metric.label, metric.text(projected), metric.text(measured), off))
    quality, measured_loss = quality_of(point.recipe.model), lost(point, known.original)
    if measured_loss is not None and known.original is not None:
        change = quality_change(quality, point, known.original)
        rows.append(_lost(quality, loss, measured_loss, change))
    st.markdown(
        "\n".join(
            [
                "| | Projected | Measured | Off by |",
                "|---|---:|---:|---:|",
                *(f"| {' | '.join(row)} |" for row in rows),
            ]
        )
    )
    st.caption(
        f"The {quality.label.lower()} that a choice loses is read off other measured models of this kind, by what "
        "each of their parts changes alone, added up. Multiply-adds are those with weights: attention has others "
        "besides."
    )


def _lost(
    quality: Metric, loss: float | None, measured: float, change: Difference | None
) -> tuple[str, str, str, str]:
    name = f"{quality.label} lost"
    if loss is None:
        return name, "not known", signed(quality, measured, ""), ""
    foreseen = -loss if quality.better == "higher" else loss
    ends = (None, None) if change is None else (change.low, change.high)
    spread = None if change is None else change.spread
    inside = ends[0] is not None and ends[1] is not None and ends[0] <= foreseen <= ends[1]
    off = "no clear difference" if inside else signed(quality, loss - measured, spread=spread)
    return name, signed(quality, loss, ""), signed(quality, measured, "", spread), off
