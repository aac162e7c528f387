"""The panel of two models: where student and teacher agree, what each confuses, and how far apart their sizes are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs import seeds
from pages.parts.jobs.expected import labelled
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import ask, poll
from pages.parts.panels.distillation.capacity_gap import capacity_gap
from pages.parts.panels.distillation.students import distill_step, teacher_models

UNTRAINED = (
    "This student isn't trained yet: train this setting to see where it agrees with its teacher."
)
ELSEWHERE = (
    "This student was trained elsewhere, and only its figures came with the project: train it here to see where it "
    "agrees with its teacher."
)


def teacher_student(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Agreement and confusion if the student's file is here; sizes in any case."""
    teachers = teacher_models(recipe.model, distill_step(recipe))
    point = data.known_or_bundled(recipe.model).by_key.get(recipe.key, point)
    if point is None or point.stage != "full" or point.key != recipe.key:
        st.caption(UNTRAINED)
    elif point.artifact is None:
        _train_here(recipe)
    else:
        said = st.empty()
        asked = {"model": recipe.model, "student": point.artifact, "teachers": list(teachers)}
        answer = ask("agreement", asked, slot="agreement", settled=settled, said=said)
        if answer is not None:
            said.markdown(describe(answer))
            left, right = st.columns(2)
            with left:
                _by_class(answer)
            with right:
                _confusion(answer)
    capacity_gap(recipe, teachers, known)


def _train_here(recipe: Recipe) -> None:
    """A bundled student's figures are known, its weights are not: they can be made again."""
    st.caption(ELSEWHERE)
    if requests := seeds.running([recipe]):
        seeds.progress(requests, 1)
        poll("agreement")
        return
    if error := seeds.failure([recipe]):
        st.error(error, icon=":material/error:")
    st.button(
        labelled("Train this student here", [recipe]), key="train-here", icon=":material/model_training:",
        on_click=seeds.train_all, args=((recipe,),),
    )  # fmt: skip


def describe(answer: Mapping[str, Any]) -> str:
    """Agreement against accuracy: two models may be equally right and still differ."""
    accuracy = answer["accuracy"]
    classes, shares = answer["classes"], answer["agreement_by_class"]
    weakest = min(range(len(classes)), key=lambda k: shares[k])
    return (
        f"They say the same for **{100 * answer['agreement']:.1f} %** of {answer['counted']:,} validation examples, "
        f"least often for {classes[weakest]} ({100 * shares[weakest]:.0f} %). The teacher is right for "
        f"{100 * accuracy['teacher']:.1f} %, the student for {100 * accuracy['student']:.1f} %; "
        f"{100 * answer['both_wrong_alike']:.1f} % are mistakes they share."
    )


def difference(answer: Mapping[str, Any]) -> list[list[int]]:
    """How much more often the student calls a class [row] another [column] than its teacher does."""
    teacher, student = answer["confusion"]["teacher"], answer["confusion"]["student"]
    return [
        [b - a for a, b in zip(before, after, strict=True)]
        for before, after in zip(teacher, student, strict=True)
    ]


def _by_class(answer: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    st.caption("Agreement by class, and how often each is right")
    names = answer["classes"]
    chart = charts.figure(x="Share (%)", y="", height=90 + 28 * len(names), legend=True)
    chart.update_layout(bargap=0.35)
    chart.add_trace(
        go.Bar(
            x=_percents(answer["agreement_by_class"]), y=names, orientation="h", name="agree",
            marker={"color": charts.PLAIN}, opacity=0.55, hovertemplate="%{y}: agree for %{x:.1f} %<extra></extra>",
        )
    )  # fmt: skip
    for who, colour, symbol in (
        ("teacher", charts.GREY, "diamond"),
        ("student", charts.DISTILLED, "square"),
    ):
        chart.add_trace(
            go.Scatter(
                x=_percents(answer["accuracy_by_class"][who]), y=names, mode="markers", name=f"{who} right",
                marker={"color": colour, "symbol": symbol, "size": 9, "line": {"color": "#ffffff", "width": 1}},
                hovertemplate=f"%{{y}}: {who} right for %{{x:.1f}} %<extra></extra>",
            )
        )  # fmt: skip
    chart.update_yaxes(type="category", categoryorder="array", categoryarray=names[::-1], dtick=1)
    chart.update_xaxes(range=[0, 102])
    charts.draw(
        chart,
        key="agreement",
        alt="Agreement of student and teacher by class, with the accuracy of each",
    )


def _confusion(answer: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    st.caption("What the student says more often (violet) or less often (grey) than its teacher")
    names, change = answer["classes"], difference(answer)
    reach = max(1, *(abs(value) for row in change for value in row))
    chart = charts.figure(x="Said", y="Is", height=90 + 28 * len(names))
    chart.add_trace(
        go.Heatmap(
            x=names, y=names, z=change, zmin=-reach, zmax=reach, xgap=1, ygap=1, showscale=False,
            colorscale=[[0, charts.PLAIN], [0.5, "rgba(128,134,154,0.12)"], [1, charts.ACCENT]],
            text=[[_count(value) if abs(value) >= 0.4 * reach else "" for value in row] for row in change],
            texttemplate="%{text}",
            hovertemplate="is %{y}, said %{x}: %{z:+d} examples<extra></extra>",
        )
    )  # fmt: skip
    chart.update_yaxes(
        type="category", categoryorder="array", categoryarray=names[::-1], dtick=1, showgrid=False
    )
    chart.update_xaxes(type="category", tickangle=-60, dtick=1, showgrid=False)
    charts.draw(
        chart, key="confusion", alt="Difference of the confusion matrices of student and teacher"
    )


def _count(value: int) -> str:
    return f"{value:+d}".replace("-", "−")


def _percents(shares: list[float]) -> list[float]:
    return [100 * share for share in shares]
