"""Which metrics the three plots show and on which scale: kept in the URL."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS, axis_costs, quality_of
from pages.parts.plots.plot_points import Axis

UPRIGHT = "y"
"""The choice of the upright axis, in the address and in the session's state."""

LOST, PLAIN = "points lost", "plain"


def choose_axes(model: str) -> tuple[Axis, Axis, Axis]:
    """A popover with one selector per plot and one scale for all; the first costs at first.

    Where the model's quality is a percentage, its axis too: points lost against the original, or plain.
    """
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
        if in_points(model):
            st.segmented_control(
                quality_of(model).label,
                (LOST, PLAIN),
                default=LOST,
                required=True,
                key=UPRIGHT,
                bind="query-params",
                help="Points lost against the original, stretched where little is lost: 0 to 3 points take half of the "
                "height. A button above the plots changes it too.",
            )  # fmt: skip
    is_linear = scale == "linear"
    return _axis(first, is_linear), _axis(second, is_linear), _axis(third, is_linear)


def quality_axis(model: str) -> Axis:
    """The upright axis of all three: what the model's quality is measured by."""
    metric = quality_of(model)
    if in_points(model) and st.session_state.get(UPRIGHT, LOST) != PLAIN:
        return Axis(metric.field, "lost")
    return Axis(metric.field, metric.axis or "linear")


def in_points(model: str) -> bool:
    """Whether the model's quality can be read as points lost."""
    metric = quality_of(model)
    return metric.style == "percent" and metric.better == "higher"


def turn(scale: str) -> None:
    """The user chose the upright axis at the plots themselves."""
    st.session_state[UPRIGHT] = LOST if scale == "lost" else PLAIN


def _axis(name: str, is_linear: bool) -> Axis:
    """Its usual scale, unless all are asked to be linear."""
    usual = METRICS[name].axis or "linear"
    return Axis(name, "linear" if is_linear else usual)
