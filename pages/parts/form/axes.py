"""Which metrics the three plots show and on which scale: kept in the URL."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, axis_costs, quality_of
from pages.parts.plots.plot_points import Axis


def choose_axes() -> tuple[Axis, Axis, Axis]:
    """A popover with one selector per plot and one scale for all; the first costs at first."""
    offered = [metric.field for metric in axis_costs()]
    with st.popover("Axes", icon=":material/tune:", width="stretch"):
        first, second, third = (
            st.selectbox(
                f"Plot {number}",
                offered,
                index=number - 1,
                format_func=lambda name: METRICS[name].label,
                key=f"x{number}",
                bind="query-params",
            )
            for number in (1, 2, 3)
        )
        scale = st.segmented_control(
            "Scale", ("log", "linear"), default="log", required=True, key="scale", bind="query-params",
            help="Logarithmic axes show ratios: halving the size is the same step everywhere.",
        )  # fmt: skip
    is_linear = scale == "linear"
    return _axis(first, is_linear), _axis(second, is_linear), _axis(third, is_linear)


def quality_axis(model: str) -> Axis:
    """The upright axis of all three: what the model's quality is measured by."""
    metric = quality_of(model)
    return Axis(metric.field, metric.axis or "linear")


def _axis(name: str, is_linear: bool) -> Axis:
    """Its usual scale, unless all are asked to be linear."""
    usual = METRICS[name].axis or "linear"
    return Axis(name, "linear" if is_linear else usual)
