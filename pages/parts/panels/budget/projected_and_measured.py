"""What a layer budget's projection was worth: each figure projected, measured, and the difference."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, Point
from compression.techniques.channels.price import Price
from compression.techniques.shared.cost_table import Choice, CostTable
from pages.parts import data

MEASURED = {"bytes": "size_bytes", "parameters": "parameters", "macs": "macs"}


def projected_and_measured(
    table: CostTable, choice: Choice, loss: float | None, point: Point, known: data.Known
) -> None:
    """A row for the size, what is left, and the accuracy that was lost."""
    rows = []
    for name, cost in table.costs.items():
        measured = point.value(MEASURED[name])
        counts_alike = name != "macs" or isinstance(cost, Price)  # measured MACs count zeros too
        if measured and counts_alike:
            metric, projected = METRICS[MEASURED[name]], cost.at(choice)
            off = f"{100 * (projected / measured - 1):+.1f} %".replace("-", "−")
            rows.append((metric.label, metric.text(projected), metric.text(measured), off))
    before = None if known.original is None else known.original.value("accuracy")
    after = point.value("accuracy")
    if before is not None and after is not None:
        rows.append(_accuracy(loss, before - after))
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
        "The accuracy that a choice loses is read off other measured models of this kind, by what each of their "
        "parts changes alone, added up. Multiply-adds are those with weights: attention has others besides."
    )


def _accuracy(loss: float | None, measured: float) -> tuple[str, str, str, str]:
    if loss is None:
        return "Accuracy lost", "not known", _points(measured), ""
    return "Accuracy lost", _points(loss), _points(measured), _points(loss - measured, sign="+")


def _points(fraction: float, sign: str = "") -> str:
    return f"{100 * fraction:{sign}.1f} pt".replace("-", "−")
