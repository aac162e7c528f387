"""What was measured here last, and the sweeps asked for last, each with a link that opens it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from compression.errors import StoreError
from compression.models.catalogue import MODELS, model_card
from compression.point import Point, quality_of
from compression.recipe.sweep import Sweep
from compression.store import SweepRecord
from pages.parts import data
from pages.parts.form import chain_link
from pages.parts.jobs.sweep_words import title_of
from pages.parts.shell import words
from pages.parts.shell.navigation import page_of
from pages.parts.shell.opening import address_of
from pages.parts.shell.page_files import runs, trade_offs
from pages.parts.shell.reaching import can_ask
from pages.parts.shell.runs_page import sweep_link

POINTS, SWEEPS = 5, 3
DEPTH = 12
"""Points of each model that are looked at, for one technique's slider drawn across shouldn't hide the others."""


def recent_runs() -> None:
    st.header("Measured last", anchor=False)
    try:
        points, sweeps = data.store().recent(DEPTH), data.store().sweeps()
    except StoreError as error:
        st.error(str(error), icon=":material/database_off:")
        return
    sweeps = tuple(sweep for sweep in sweeps if sweep.model in MODELS)[:SWEEPS]
    if not points and not sweeps:
        st.caption(
            "Nothing yet: what you see above came with the project. Open a technique and move a knob."
        )
    for sweep in sweeps:
        _sweep(sweep)
    if sweeps:
        st.page_link(runs(), label="All runs", icon=":material/list_alt:")
    for point in one_of_each(points)[:POINTS]:
        _point(point)


def one_of_each(points: Sequence[Point]) -> list[Point]:
    """The newest of each model and technique; the original alone is no run."""
    newest: dict[tuple[str, str], Point] = {}
    for point in points:
        if point.recipe.steps:
            newest.setdefault((point.recipe.model, point.recipe.technique), point)
    return list(newest.values())


def ago(seconds: float) -> str:
    """``just now``, ``5 min ago``, ``3 h ago``, ``2 days ago``."""
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    if seconds < 48 * 3600:
        return f"{seconds // 3600:.0f} h ago"
    return f"{seconds // (24 * 3600):.0f} days ago"


def _point(point: Point) -> None:
    recipe, card = point.recipe, model_card(point.recipe.model)
    metric = quality_of(recipe.model)
    size = point.text("size_bytes")
    when = ago(time.time() - point.created.timestamp())
    page, icon, asked = where(point)
    label = f"{card.title}: {words.named(recipe)} ({point.text(metric.field)}, {size}, {when})"
    st.page_link(page, label=label, icon=icon, query_params=asked)


def where(point: Point) -> tuple[st.Page, str, dict[str, str]]:
    """Page, icon and address that open a point: its technique's page with its knobs, or where no page can ask for it
    the trade-offs of its model."""
    recipe = point.recipe
    asked = {"data": model_card(recipe.model).dataset, "model": recipe.model}
    if not can_ask(recipe):
        return trade_offs(), ":material/balance:", asked
    face, parts = address_of(recipe)
    return (
        page_of(face),
        f":material/{face.icon}:",
        asked | {**parts, chain_link.PAGE: face.address},
    )


def _sweep(record: SweepRecord) -> None:
    sweep = Sweep.model_validate_json(record.body)
    title, card = title_of(record, sweep), model_card(record.model)
    state = f"{record.done} of {record.total} points, {record.state}"
    label = f"Sweep on {card.title}: {title} ({state}, {ago(time.time() - record.created)})"
    sweep_link(record, sweep, label)
