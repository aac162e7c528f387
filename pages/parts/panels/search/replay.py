"""The search replayed in the browser: its front evaluation by evaluation, its hypervolume beside others'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.point import METRICS, Point
from compression.point.goals import limit_in_words
from compression.point.history import Evaluation, History
from compression.recipe.goal import Goal
from pages.parts.panels.search.story import Story
from pages.parts.shell.serving import asset_url

_component = st.components.v2.component(
    "compact_ai_lab_search",
    js="export default async (c) => (await import(new URL(c.data.code, document.baseURI))).default(c)",
    isolate_styles=False,
)


def replay(story: Story, own: Point | None = None) -> None:
    """Draw it; ``own`` is the network that the page's knobs stand on."""
    _component(
        key="search-replay",
        data={"code": asset_url("panels/search/search.js"), **drawing(story, own)},
    )


def drawing(story: Story, own: Point | None = None) -> dict[str, Any]:
    """What the browser needs."""
    goal, history = story.history.goal, story.history
    fields = [objective.metric for objective in goal.objectives]
    return {
        "key": story.sweep.key,
        "total": len(story.sweep) // max(1, len(story.sweep.seeds)),
        "objectives": [_axis(goal, number) for number in range(len(fields))],
        "limits": [
            {
                "objective": fields.index(limit.metric),
                "value": limit.bound * METRICS[limit.metric].factor,
            }
            for limit in goal.limits
            if limit.metric in fields
        ],
        "evaluations": [
            _evaluation(each, costs, history)
            for each, costs in zip(history.evaluations, history.costs, strict=True)
        ],
        "curves": [
            {
                "name": curve.name,
                "kind": curve.kind,
                "shares": [round(share, 4) for share in curve.shares],
                "seconds": [round(second, 2) for second in curve.seconds],
            }
            for curve in story.curves
        ],
        "own": None
        if own is None
        else {"values": _values(own, goal), "said": f"yours: {_said(own, goal)}"},
    }


def _axis(goal: Goal, number: int) -> dict[str, Any]:
    objective = goal.objectives[number]
    metric = METRICS[objective.metric]
    arrow = ("↑↓" if number == 0 else "→←")[metric.better == "lower"]
    unit = f" ({metric.plain_unit})" if metric.plain_unit else ""
    title = f"{arrow} {metric.label}{unit}" if arrow == "←" else f"{metric.label}{unit} {arrow}"
    return {"label": metric.label, "title": title, "log": objective.log}


def _evaluation(each: Evaluation, costs: list[float] | None, history: History) -> Mapping[str, Any]:
    goal = history.goal
    broken = [
        limit_in_words(limit)
        for limit in goal.limits
        if (value := each.value(limit.metric)) is not None and limit.excess(value) > 0
    ]
    state = (
        "failed"
        if each.error
        else "awaited"
        if each.is_awaited
        else "over"
        if costs is None
        else "ok"
    )
    return {
        "label": each.recipe.describe(),
        "state": state,
        "costs": costs,
        "values": _values(each, goal),
        "said": _said(each, goal),
        "broken": " and ".join(broken),
    }


def _values(each: Evaluation | Point, goal: Goal) -> list[float] | None:
    """In the units of the axes; None where one is missing."""
    values = []
    for objective in goal.objectives:
        value = each.value(objective.metric)
        if value is None or (objective.log and value <= 0):
            return None
        values.append(float(f"{value * METRICS[objective.metric].factor:.6g}"))
    return values


def _said(each: Evaluation | Point, goal: Goal) -> str:
    """``validation accuracy 91.2 %, size 12.3 kB``."""
    metrics = [METRICS[objective.metric] for objective in goal.objectives]
    return ", ".join(
        f"{m.label[:1].lower()}{m.label[1:]} {m.text(each.value(m.field))}" for m in metrics
    )
