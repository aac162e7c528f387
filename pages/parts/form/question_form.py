"""The user's question in their own words: what may be lost, what it may cost, where it must fit, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from compression.decide import Question
from compression.decide.bounds import point_of_quality
from compression.devices import Device
from compression.errors import UsageError
from compression.point import METRICS, Point, axis_costs, headline_of, quality_of
from pages.parts.plots.decided import LimitLine

LOSE, WORTH, WORTH_OF = "lose", "worth", "worth-of"
"""Their parts of the address."""

LOST_WORDS = "lost at most"


def choose_loss(model: str) -> float | None:
    """How much of the quality may be lost, in points or in percent; None where nothing is said."""
    metric = quality_of(model)
    unit = "points" if metric.style == "percent" else "%"
    return st.number_input(
        f"Lose at most ({unit})",
        min_value=0.0,
        max_value=100.0,
        value=None,
        step=0.5,
        format="%g",
        placeholder="1 without limits",
        key=LOSE,
        bind="query-params",
        help=f"Of {metric.label.lower()} against the original, judged on the validation examples. Drag the line in the "
        "plots to set it too.",
    )


def choose_worth(model: str) -> dict[str, float] | None:
    """What a point of quality is worth, of one cost; None where nothing is said."""
    offered = [metric.field for metric in axis_costs() if not metric.is_guard]
    with st.expander("What a point is worth", icon=":material/balance:"):
        cost = st.selectbox(
            "Paid in", offered, index=offered.index("latency_ms"), key=WORTH_OF, bind="query-params",
            format_func=lambda name: METRICS[name].label,
        )  # fmt: skip
        metric = METRICS[cost]
        unit = f" ({metric.plain_unit})" if metric.plain_unit else ""
        what = "A point" if quality_of(model).style == "percent" else "One percent"
        price = st.number_input(
            f"{what} of {quality_of(model).label.lower()} is worth{unit}",
            min_value=0.0, value=None, format="%g", placeholder="not weighed", key=WORTH, bind="query-params",
            help="Of two points the better one is then that whose quality and cost, weighed by this price, come out "
            "best; limits still hold.",
        )  # fmt: skip
    return {cost: price / metric.factor} if price else None


def question_of(
    model: str,
    *,
    lose: float | None,
    limits: Mapping[str, float],
    guards: Mapping[str, float],
    device: Device | None,
    worth: Mapping[str, float] | None,
    axis: str,
) -> Question:
    """What was chosen, as ``decide`` takes it; what can't be of it is told and left away."""
    try:
        return Question(
            model, lose=lose, limits=dict(limits), guards=dict(guards), worth=worth, axis=axis,
            device=None if device is None else device.id,
        )  # fmt: skip
    except UsageError as error:
        st.warning(str(error), icon=":material/block:")
        return Question(model, axis=axis)


def lines_of(
    question: Question, original: Point | None, metrics: Sequence[str]
) -> tuple[LimitLine, ...]:
    """The limits on the plots' axes as lines to drag; those that are not set wait at the axis' worse end."""
    quality, limits = question.quality, question.limits
    floor, most = None, question.most_lost
    if original is not None and original.quality is not None:
        one = point_of_quality(quality, original)
        floor = None if most is None else original.quality + quality.cost(1.0) * most * one
    lines = [LimitLine(LOSE, quality.field, floor, LOST_WORDS)]
    if quality.field in limits:
        lines.append(LimitLine(quality.field, quality.field, limits[quality.field], ""))
    offered = {metric.field for metric in headline_of(question.model)} | set(limits)
    lines += [
        LimitLine(name, name, limits.get(name), "")
        for name in dict.fromkeys(metrics)
        if name in offered and name != quality.field
    ]
    return tuple(lines)


def drag(name: str, value: float | None, model: str, original: Point | None) -> None:
    """A line was dragged: its number field says the same from now on; None takes the limit away."""
    if name == LOSE and original is not None and original.quality is not None:
        quality = quality_of(model)
        one = point_of_quality(quality, original)
        lost = None if value is None else quality.cost(value - original.quality) / one
        st.session_state[LOSE] = (
            None if lost is None else min(100.0, max(0.0, float(f"{lost:.2g}")))
        )
    elif name in METRICS:
        metric = METRICS[name]
        told = None if value is None else max(0.0, value) * metric.factor
        st.session_state[f"limit-{name}"] = None if told is None else float(f"{told:.3g}")
