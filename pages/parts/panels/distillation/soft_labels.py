"""The soft-labels panel: real examples, and what a teacher answers for them at the slider's temperature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from compression.models.catalogue import model_card
from compression.point import Point
from compression.recipe import Recipe
from compression.techniques.distillation.knobs import Distill
from pages.parts import data
from pages.parts.form.knobs import set_knobs
from pages.parts.panels.common.asking import ask
from pages.parts.panels.distillation.students import (
    distill_step,
    is_after_others,
    teacher_models,
)

ASSETS = Path(__file__).parents[4] / "assets" / "panels" / "distillation"
KEY = "soft-labels"
KINDS = {"clear": "It is sure", "ambiguous": "It hesitates", "wrong": "It is wrong"}
SIGNALS = {"watch": ("Acceleration, 3 axes", "Rotation, 3 axes")}
WHY = (
    "A label says which class is right and nothing else. The teacher's answer also says which wrong classes come "
    "close and which don't, and that holds for many other examples, too: so a small student learns from one of them "
    "what it would have needed several labels for.",
    "No label is needed for that: the teacher answers for unlabelled examples as well. A high temperature shows more "
    "of what lies behind its first choice, but makes all its answers more alike: too high teaches little.",
)

_view = st.components.v2.component(
    "compact_ai_lab_soft_labels",
    js=(ASSETS / "soft_labels.js").read_text(encoding="utf-8"),
    css=(ASSETS / "soft_labels.css").read_text(encoding="utf-8"),
)


def soft_labels(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Draw the examples; the browser does the rest, so that nothing waits for a server."""
    said = st.empty()
    step = distill_step(recipe)
    teachers = teacher_models(recipe.model, step)
    asked = {"model": recipe.model, "teachers": list(teachers)}
    answer = ask("soft_labels", asked, slot="soft-labels", settled=True, said=said)
    if answer is None:
        return
    said.markdown(_introduction(teachers, answer, step))
    if is_after_others(recipe):
        st.caption("These are the original's answers; what the steps before leave of it teaches.")
    temperature = next(knob for knob in Distill.knobs() if knob.name == "temperature")
    _view(
        key=KEY,
        data={
            **{name: answer[name] for name in ("classes", "examples", "temperatures")},
            "version": str(hash(str(answer["examples"]))),
            "temperature": step.temperature,
            "range": [temperature.low, temperature.high, temperature.step],
            "kinds": KINDS,
            "signals": SIGNALS.get(model_card(recipe.model).dataset, ()),
            "why": WHY,
            "matrices": answer["alike"],
            "alike": f"Its mean answer, in %, to all examples of a class (row) among {answer['counted']:,} of the "
            "validation split.",
        },
        on_use_change=_use,
    )


def _introduction(teachers: tuple[str, ...], answer: dict[str, Any], step: Distill) -> str:
    who = " and ".join(model_card(name).title for name in teachers)
    right = f"{who}, right for {100 * answer['accuracy']:.1f} % of {answer['counted']:,} validation examples"
    if step.method == "labels":
        return f"This setting learns from labels alone. What {right}, would say beside them:"
    return f"Choose a picture and move the temperature: the answer is that of the teacher, {right}."


def _use() -> None:
    """The knobs stand outside of the panel: the whole page runs. The browser's word is untrusted."""
    told = st.session_state[KEY].get("use")
    knob = next(knob for knob in Distill.knobs() if knob.name == "temperature")
    if isinstance(told, (int, float)) and knob.low <= told <= knob.high:  # type: ignore[operator]
        set_knobs({"temperature": float(told)})
        st.rerun(scope="app")
