"""The robustness panel: an attack at the strength of a slider, and inputs of a bad sensor, beside the original."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.models.catalogue import model_card
from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.form.glossary import hint
from pages.parts.panels.common import picture
from pages.parts.panels.common.asking import ask
from pages.parts.panels.common.judging import about, control_of, judged

BEGIN = 0.03
METRIC = METRICS["adversarial_accuracy"]
ORIGINAL, THIS, CONTROL = "original", "this model", "control"
HOW = (
    "PGD with {steps} steps on the model itself, rounding passed straight through, and FGSM on the original: an "
    "example counts while neither has misled it. The band is the 95 % interval. The pictures are as PGD makes them, "
    "with the model's answer to each."
)
NO_PIXELS = (
    "An attack moves pixels between black and white. These data are signals, which have no such ends: what can be "
    "asked is how the model bears a bad sensor."
)
WITHOUT_CONTROL = (
    "Fine-tuning alone changes robustness, too: train this recipe's control, the same training of the uncompressed "
    "model, and it is drawn beside."
)


def robustness(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Draw the attack where the data are pictures, and the bad sensor for all."""
    asked, remark = judged(recipe, point)
    if remark:
        st.caption(remark)
    control = control_of(recipe, known)
    if model_card(recipe.model).data.input_range is not None:
        _attack(asked, control, known, settled)
    else:
        st.caption(NO_PIXELS)
    _sensor(asked, control, known, settled)
    if recipe.control is not None and control is None:
        st.caption(WITHOUT_CONTROL)


def _attack(
    asked: Mapping[str, Any], control: Recipe | None, known: data.Known, settled: bool
) -> None:
    st.subheader(
        "Under attack",
        help=hint("Pixels are moved a little, such that they make an [[adversarial example]]."),
    )
    said = st.empty()
    found = ask("attack_curve", asked, slot="attack_curve", settled=settled, said=said)
    if found is None:
        return
    curves = [
        {"name": ORIGINAL, "look": "original", "values": found["original"]},
        {"name": THIS, "look": "this", "values": found["compressed"]},
    ]
    if beside := _of_control("attack_curve", control, known, settled):
        curves.append({"name": CONTROL, "look": "control", "values": beside["compressed"]})
    content = {
        **{name: found[name] for name in ("levels", "counted", "classes", "examples")},
        "begin": BEGIN,
        "curves": curves,
    }
    picture.draw_still("attack", content)
    st.caption(HOW.format(steps=found["steps"]))
    _figure(asked, settled)


def _figure(asked: Mapping[str, Any], settled: bool) -> None:
    """The figure that plots and limits can have: of this point, once somebody wants it."""
    place = st.container(horizontal=True, vertical_alignment="center")
    wanted: set[str] = st.session_state.setdefault("_attacked", set())
    name = str(asked["recipe"])
    if name not in wanted:
        place.button(
            "Measure accuracy under attack on 1,000 examples", key="attack-measure", icon=":material/target:",
            on_click=wanted.add, args=(name,),
            help=f"{METRIC.help} The point then has this figure: as an axis of the plots, and for limits.",
        )  # fmt: skip
        return
    said = place.empty()
    found = ask("robustness", asked, slot="robustness", settled=settled, said=said)
    if found is None:
        return
    mine, theirs = found["compressed"]["attacked"], found["original"]["attacked"]
    place.markdown(
        f"**{METRIC.text(mine['value'], mine['low'], mine['high'])} under {found['attack']}** at epsilon "
        f"{found['epsilon']:g}, the original {METRIC.text(theirs['value'], theirs['low'], theirs['high'])}, of "
        f"{found['examples']:,} test examples. {found['note']}"
    )
    if found.get("figures") and st.session_state.get("_attacked_last") != name:
        st.session_state["_attacked_last"] = name
        st.rerun(scope="app")  # the plots have a new figure


def _sensor(
    asked: Mapping[str, Any], control: Recipe | None, known: data.Known, settled: bool
) -> None:
    st.subheader(
        "With a bad sensor",
        help=hint("Common corruptions in five severities, after Hendrycks and Dietterich (2019)."),
    )
    said = st.empty()
    found = ask("bad_inputs", asked, slot="bad_inputs", settled=settled, said=said)
    if found is None:
        return
    models = [
        {"name": ORIGINAL, "of": "original", "look": "original"},
        {"name": THIS, "of": "compressed", "look": "this"},
    ]
    kinds = [dict(kind) for kind in found["kinds"]]
    if beside := _of_control("bad_inputs", control, known, settled):
        models.append({"name": CONTROL, "of": "control", "look": "control"})
        for kind, other in zip(kinds, beside["kinds"], strict=True):
            kind["control"] = other["compressed"]
    content = {**found, "kinds": kinds, "models": models}
    picture.draw_still("sensor", content)


def _of_control(
    question: str, control: Recipe | None, known: data.Known, settled: bool
) -> dict[str, Any] | None:
    """The same of the recipe's control, as soon as it is there."""
    if control is None:
        return None
    asked = about(control, known.by_key[control.key])
    answer: dict[str, Any] | None = ask(
        question, asked, slot=f"{question} control", settled=settled, said=st.empty()
    )
    return answer
