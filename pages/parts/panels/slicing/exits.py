"""The exits panel: what a sliced model with early exits saves at every threshold, and what each exit knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import METRICS, Point
from compression.recipe import Recipe
from compression.techniques.slicing.knobs import Slice
from pages.parts import data
from pages.parts.form.knobs import set_knobs
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import ask

OFF = (
    "Each device but the last can have a small head, by which it answers itself where it is sure: set early exits to "
    "on and train them."
)
UNTRAINED = (
    "These exits are not trained yet: train this setting to see what they save. One training serves all "
    "thresholds."
)


def exits(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Curve and table of the heads of this recipe, whatever threshold they were measured at."""
    step = recipe.steps[-1] if recipe.steps else None
    if not isinstance(step, Slice) or not step.is_trained:
        st.caption(OFF)
        return
    trained = trained_alike(recipe, known)
    if trained is None:
        st.caption(UNTRAINED)
        return
    said = st.empty()
    asked = {"model": recipe.model, "exits": trained}
    answer = ask("slicing_exits", asked, slot="exits-curve", settled=settled, said=said)
    if not answer:
        return
    at = nearest(answer["thresholds"], step.threshold)
    said.markdown(describe(answer, at))
    _curve(answer, at)
    _suggestion(answer, step.threshold)
    st.table(rows(answer, at), hide_index=True)


def trained_alike(recipe: Recipe, known: data.Known) -> str | None:
    """The digest of a kept file of the same heads: thresholds differ, the training doesn't."""
    wanted = recipe.training_key
    return next(
        (
            point.artifact
            for point in known.by_key.values()
            if point.artifact
            and point.recipe.steps
            and point.recipe.steps[-1].technique == Slice.technique
            and point.recipe.training_key == wanted
        ),
        None,
    )


def nearest(thresholds: list[float], threshold: float) -> int:
    return min(range(len(thresholds)), key=lambda at: abs(thresholds[at] - threshold))


def saved(answer: Mapping[str, Any], split: str, at: int) -> float:
    """Percent of the whole model's multiply-adds that the average example is spared; negative where heads cost more."""
    return 100 * (1 - answer[split]["macs"][at] / answer["whole_macs"])


def lost(answer: Mapping[str, Any], split: str, at: int) -> float:
    """Points of accuracy below the whole model's."""
    return 100 * (answer[split]["alone"][-1] - answer[split]["accuracy"][at])


def describe(answer: Mapping[str, Any], at: int) -> str:
    """What the threshold does, on the test examples."""
    less, points = saved(answer, "test", at), lost(answer, "test", at)
    work = f"{less:.0f} % fewer" if less >= 0 else f"{-less:.0f} % more"
    change = f"{points:.1f} points less" if points >= 0 else f"{-points:.1f} points more"
    return (
        f"Above {answer['thresholds'][at]:g} an example leaves: on average it takes **{work} multiply-adds** than the "
        f"whole model, at **{change} accuracy**; {100 * answer['test']['left'][at][-1]:.0f} % travel to the last "
        f"device ({answer['test']['counted']:,} test examples)."
    )


def rows(answer: Mapping[str, Any], at: int) -> list[dict[str, str]]:
    """A row a device: what it knows by itself, who leaves there, and what that has cost."""
    test, whole = answer["test"], answer["whole_macs"]
    return [
        {
            "Device": str(number),
            "Right by itself": METRICS["accuracy"].text(alone),
            "Leave here": f"{100 * share:.1f} %",
            "Multiply-adds until here": f"{100 * cost / whole:.0f} % of the whole model's",
        }
        for number, (alone, share, cost) in enumerate(
            zip(test["alone"], test["left"][at], answer["costs"], strict=True), start=1
        )
    ]


def _suggestion(answer: Mapping[str, Any], threshold: float) -> None:
    best = answer["suggested"]
    if best is None:
        st.caption(
            "On the validation examples no threshold saves multiply-adds and surely loses at most 1 point."
        )
        return
    at = nearest(answer["thresholds"], best)
    st.button(
        f"Leave above {best:g}: {saved(answer, 'validation', at):.0f} % saved", key="use-threshold",
        icon=":material/logout:", disabled=best == threshold, on_click=set_knobs, args=({"threshold": best},),
        help="The threshold that saves most while it surely (95 %) loses at most 1 point on the validation examples.",
    )  # fmt: skip


def _curve(answer: Mapping[str, Any], at: int) -> None:
    import plotly.graph_objects as go

    st.caption(
        "Accuracy against average multiply-adds, a dot a threshold; the ring is where it stands"
    )
    chart = charts.figure(
        x="Average multiply-adds (% of the whole model's)",
        y="Accuracy (%)",
        height=300,
        legend=True,
    )
    for split, colour in (("validation", charts.GREY), ("test", charts.ACCENT)):
        x = [100 * macs / answer["whole_macs"] for macs in answer[split]["macs"]]
        y = [100 * accuracy for accuracy in answer[split]["accuracy"]]
        chart.add_trace(
            go.Scatter(
                x=x, y=y, mode="lines+markers", name=split, customdata=answer["thresholds"],
                marker={"color": colour, "size": 5}, line={"color": colour, "width": 1.5},
                hovertemplate=f"{split}, above %{{customdata:g}}: %{{y:.1f}} % right at %{{x:.0f}} %<extra></extra>",
            )
        )  # fmt: skip
        chart.add_trace(
            go.Scatter(
                x=[x[at]], y=[y[at]], mode="markers", showlegend=False, hoverinfo="skip",
                marker={"color": colour, "size": 14, "symbol": "circle-open", "line": {"width": 2}},
            )
        )  # fmt: skip
    whole = 100 * answer["test"]["alone"][-1]
    chart.add_hline(y=whole, line={"color": charts.PLAIN, "width": 1, "dash": "dot"})
    alt = f"Accuracy against average multiply-adds by threshold; the whole model has {whole:.1f} %"
    charts.draw(chart, key="exits-curve", alt=alt)
