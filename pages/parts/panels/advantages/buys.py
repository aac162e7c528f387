"""The panel of what a point buys: eleven advantages of scaling down as cards."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from compression.advantages import Advantage, Making, advantages
from compression.devices import catalogue
from compression.point import Point
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.form.fleet import choose_fleet
from pages.parts.jobs.expected import expected, source
from pages.parts.panels.common.asking import ask
from pages.parts.shell import words

STYLE = Path(__file__).parents[4] / "assets" / "panels" / "advantages" / "buys.css"
SIGNS = {"gain": "✓", "none": "–", "loss": "✗", "unknown": "?"}
INTRO = (
    "**What does this model buy, against the original?** One figure for each of the eleven advantages of scaling down, "
    "with its source; where there is nothing to gain, it says so."
)


def buys(recipe: Recipe, point: Point | None, known: data.Known, settled: bool) -> None:
    """Cards; times of this machine are those of this machine, whatever device the plots show."""
    here = known.here or known
    found = here.by_key.get(recipe.key) or (point if known.here is None else None)
    st.markdown(INTRO)
    if found is None or here.original is None or found.recipe != recipe:
        st.caption("Nothing is measured yet for these knobs.")
        return
    if not recipe.steps:
        st.caption("This is the original itself: it buys nothing against itself.")
        return
    fleet = choose_fleet()
    st.html(STYLE)
    shown, said = st.container(), st.empty()
    making = making_of(found, settled, said)
    told = advantages(
        found, here.original, list(catalogue().values()), fleet, here.works, making=making
    )
    with shown:
        st.markdown(sentence(told, found, here.original))
        st.html(cards(told))


def sentence(told: Sequence[Advantage], point: Point, original: Point) -> str:
    """How many gains there are, and what they cost."""
    gains = sum(each.gain == "gain" for each in told)
    return f"**{gains} of {len(told)}** are gains; the price: {words.against(point, original)}."


def cards(told: Sequence[Advantage]) -> str:
    """A list that reads without its colours; sources in small letters below each figure."""
    items = "".join(_card(each) for each in told)
    return f'<div class="lab-buys" role="list" aria-label="Eleven advantages of scaling down">{items}</div>'


def making_of(
    point: Point, settled: bool, said: st.delta_generator.DeltaGenerator
) -> Making | None:
    """How long a point took to make whose measurement didn't note it: timed now, or as others of its kind took."""
    if point.value("make_s") is not None:
        return None
    if point.recipe.is_trained:
        told = expected([point.recipe])
        return None if told is None else Making(told.seconds, source([point.recipe]))
    about = {"model": point.recipe.model, "recipe": point.recipe.model_dump()}
    seconds = ask("making", about, slot="making", settled=settled, said=said)
    return None if seconds is None else Making(seconds, "timed now")


def _card(each: Advantage) -> str:
    title, verdict, figure = map(escape, (each.title, each.verdict, each.figure))
    why = f"<p>{escape(each.why)}</p>" if each.why else ""
    origin = f"<small>{escape(each.source)}</small>" if each.source else ""
    return (
        f'<div role="listitem" class="lab-{each.gain}"><h3>{title}<span>{SIGNS[each.gain]} {verdict}</span></h3>'
        f"<b>{figure}</b>{why}{origin}</div>"
    )
