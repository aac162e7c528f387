"""Which metrics the three plots show and on which scale: kept in the URL."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from compression.point import METRICS, axis_costs, quality_of
from pages.parts.plots.plot_points import Axis

UPRIGHT = "y"
"""The choice of the upright axis, in the address and in the session's state."""

LOST, PLAIN = "points lost", "plain"

COSTS, SCALES = "costs", "scales"
"""The same choices in the address of a page without these widgets: Streamlit removes the parts of those it misses."""

LINEAR = "linear"

_SHOWN = "_usual_axes"
"""In the session's state: the usual costs of the page that was drawn last."""


def choose_axes(model: str, usual: tuple[str, str, str] | None = None) -> tuple[Axis, Axis, Axis]:
    """A popover with one selector per plot and one scale for all; the ``usual`` or the first costs at first.

    Where the model's quality is a percentage, its axis too: points lost against the original, or plain.
    """
    offered = [metric.field for metric in axis_costs()]
    usual = usual or _usual()
    _follow(usual)
    with st.popover("Axes", icon=":material/tune:", width="stretch"):
        first, second, third = (
            st.selectbox(
                f"Plot {number}",
                offered,
                index=offered.index(metric),
                format_func=lambda name: METRICS[name].label,
                key=f"x{number}",
                bind="query-params",
            )
            for number, metric in enumerate(usual, start=1)
        )
        scale = st.segmented_control(
            "Scale", ("log", LINEAR), default="log", required=True, key="scale", bind="query-params",
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
    is_linear = scale == LINEAR
    return _axis(first, is_linear), _axis(second, is_linear), _axis(third, is_linear)


def _follow(usual: tuple[str, ...]) -> None:
    """What stood at the usual on the page before stands at this page's; what was chosen is kept."""
    state = st.session_state
    for number, (before, here) in enumerate(zip(state.get(_SHOWN, usual), usual, strict=True), 1):
        if before != here and state.get(f"x{number}") == before:
            state[f"x{number}"] = here
    state[_SHOWN] = usual


def chosen() -> dict[str, str]:
    """What was chosen here, as parts of the address of a page without the choice; none of what is usual."""
    usual = _usual()
    state = st.session_state
    costs = tuple(state.get(f"x{number}", cost) for number, cost in enumerate(usual, start=1))
    scales = [name for name in (state.get("scale"), state.get(UPRIGHT)) if name in (LINEAR, PLAIN)]
    parts = {COSTS: "~".join(costs) if costs != usual else "", SCALES: "~".join(scales)}
    return {name: text for name, text in parts.items() if text}


def axes_in(params: Mapping[str, str]) -> tuple[tuple[Axis, Axis, Axis], str]:
    """The three axes that `chosen` wrote, and the scale of the upright one; the usual ones where it can't be read."""
    costs = tuple(params.get(COSTS, "").split("~"))
    offered = {metric.field for metric in axis_costs()}
    costs = costs if len(costs) == 3 and offered.issuperset(costs) else _usual()
    scales = params.get(SCALES, "").split("~")
    first, second, third = (_axis(cost, LINEAR in scales) for cost in costs)
    return (first, second, third), PLAIN if PLAIN in scales else LOST


def _usual() -> tuple[str, str, str]:
    first, second, third = (metric.field for metric in axis_costs()[:3])
    return first, second, third


def quality_axis(model: str, upright: str | None = None) -> Axis:
    """The upright axis of all three: what the model's quality is measured by; as was chosen unless it is told."""
    metric = quality_of(model)
    if in_points(model) and (upright or st.session_state.get(UPRIGHT, LOST)) != PLAIN:
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
