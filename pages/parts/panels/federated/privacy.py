"""The panel of what an update reveals: a picture found from it, under noise, and masked; and what noise promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from compression.models.catalogue import model_card
from compression.point import METRICS, Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.form.glossary import hint
from pages.parts.panels.common import charts
from pages.parts.panels.common.asking import ask
from pages.parts.panels.federated.before_training import federated_step

NOISES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
PICTURES = 8
INTRO = (
    "**Can somebody who reads an update see what it was learned from?** A client learns one step from one picture. The "
    "attacker has the network, the label and the update, and looks for a picture whose update points the same way "
    "([Geiping et al., 2020](https://arxiv.org/abs/2003.14053)). *Likeness* is the correlation with the client's "
    "picture: 100 % is the same, and chance is near 0 %, up to about 20 % where pictures are small. An "
    "update from many pictures or steps is harder to invert."
)
NO_PICTURES = (
    "Only pictures are inverted here, and this model is given {seen}: choose a model of pictures to see what an update "
    "reveals."
)
PICTURE_AXES = 3
"""Channels, height and width."""


def privacy(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Words, pictures side by side, and the curve of epsilon."""
    card = model_card(recipe.model).data
    if len(card.input_shape) != PICTURE_AXES:
        st.markdown(NO_PICTURES.format(seen=card.seen or "no pictures"))
    elif not _pictures(recipe, settled):
        return
    said = st.empty()
    asked = {"model": recipe.model, "recipe": recipe.model_dump()}
    answer = ask("federated_promise", asked, slot="federated-promise", settled=settled, said=said)
    if answer is not None:
        said.markdown(describe_promise(answer, federated_step(recipe).dp))
        if not answer["by_zeros"]:
            _promise(answer, federated_step(recipe).dp)


def _pictures(recipe: Recipe, settled: bool) -> bool:
    """Whether there were any."""
    st.markdown(INTRO)
    left, right = st.columns(2)
    noise = left.select_slider(
        "Noise on this update", NOISES, 10.0, key="leak_noise", format_func=lambda value: f"{value:g}x",
        help="How many times as long as the update the noise is that is added to it.",
    )  # fmt: skip
    example = right.select_slider(
        "Picture", range(1, PICTURES + 1), 1, key="leak_picture",
        help="Which of the first client's training pictures the update is learned from.",
    )  # fmt: skip
    asked = {"model": recipe.model, "recipe": recipe.model_dump(), "example": example - 1}
    said = st.empty()
    found = {}
    for seen, more in (("plain", {}), ("noise", {"noise": noise}), ("masked", {})):
        answer = ask(
            "federated_leak", {**asked, "seen": seen, **more}, slot=f"federated-leak-{seen}",
            settled=settled, said=said,
        )  # fmt: skip
        if answer is not None:
            found[seen] = answer
    if "plain" not in found:
        return False
    if len(found) == 3:
        said.markdown(describe_leak(found, federated_step(recipe).clip))
    _side_by_side(found)
    return True


def describe_leak(found: Mapping[str, Mapping[str, Any]], clip: float) -> str:
    """How alike each is, and what a strength of the noise means here."""
    alike = {seen: likeness(answer) for seen, answer in found.items()}
    plain = found["plain"]
    longer = 0.1 * clip * plain["numbers"] ** 0.5 / min(plain["length"], clip)
    return (
        f"From the update alone the attacker finds a picture that is **{alike['plain']}** like the client's, with "
        f"noise **{alike['noise']}**, and from the masked update **{alike['masked']}**, by chance: a mask leaves "
        "nothing to invert. Cutting the update to the clip alone doesn't help, for its direction stays. For "
        f"comparison: *Privacy noise* 0.1 is noise {METRICS['speedup'].text(longer)} as long as this update."
    )


def likeness(answer: Mapping[str, Any]) -> str:
    return f"{max(0.0, 100 * answer['likeness']):.0f} %"


def _side_by_side(found: Mapping[str, Mapping[str, Any]]) -> None:
    plain = found["plain"]
    shown = [(f"The client's: {plain['label']}", "real", plain["real"])]
    for seen, name in (("plain", "Plain update"), ("noise", "With noise"), ("masked", "Masked")):
        if seen in found:
            shown.append((f"{name}: {likeness(found[seen])}", seen, found[seen]["found"]))
    for column, (name, key, levels) in zip(st.columns(4), shown, strict=False):
        with column:
            st.caption(name)
            _picture(levels, key=key, alt=name)


def _picture(levels: list[list[int]], *, key: str, alt: str) -> None:
    import plotly.graph_objects as go

    chart = charts.figure(x="", y="", height=170)
    chart.add_trace(
        go.Heatmap(
            z=levels, colorscale="Greys_r", zmin=0, zmax=255, showscale=False, hoverinfo="skip"
        )
    )
    chart.update_xaxes(visible=False, constrain="domain")
    chart.update_yaxes(visible=False, constrain="domain", autorange="reversed", scaleanchor="x")
    charts.draw(chart, key=f"federated-leak-{key}", alt=alt)


def describe_promise(answer: Mapping[str, Any], noise: float) -> str:
    """What the recipe's noise promises."""
    if answer["by_zeros"]:
        return (
            "**Nothing is promised:** a step before chose where this network has zeros, by a model that had learned "
            "from the same examples without noise. Train with noise first, and prune then."
        )
    own = METRICS["epsilon"].text(answer["epsilon"])
    several = (
        f" The {answer['trainings']} trainings with noise of this chain are counted together."
        if answer["trainings"] > 1
        else ""
    )
    if not noise:
        return hint(
            "**No noise, so nothing is promised.** The curve shows the [[epsilon]] that *Privacy noise* would give "
            "with these rounds and this share a round."
        )
    return hint(
        f"**Noise of {noise:g} times the [[clip]] promises each client an [[epsilon]] of {own}** "
        f"at a [[delta]] of {answer['delta']:g}, towards whoever gets the model: the server adds the noise, and it "
        "alone sees the sum before. Validation examples belong to the server. Few clients pay much accuracy for it: "
        f"the same noise is spread over fewer.{several}"
    )


def _promise(answer: Mapping[str, Any], noise: float) -> None:
    import plotly.graph_objects as go

    chart = charts.figure(x="Privacy noise (x clip)", y="Epsilon", height=260)
    noises, epsilons = answer["noises"], answer["epsilons"]
    chart.add_trace(
        go.Scatter(
            x=noises, y=epsilons, mode="lines+markers", line={"color": charts.FEDERATED, "width": 2},
            customdata=[METRICS["epsilon"].text(each) for each in epsilons],
            marker={"size": [14 if each == noise else 7 for each in noises]},
            hovertemplate="noise %{x}: epsilon %{customdata}<extra></extra>",
        )
    )  # fmt: skip
    chart.update_xaxes(type="log", tickvals=noises, ticktext=[f"{each:g}" for each in noises])
    chart.update_yaxes(type="log", dtick=1)
    charts.draw(chart, key="federated-promise", alt="Epsilon for each strength of the noise")
