"""The runs with their links: where a sweep's points are seen, and the page that lists them all."""

from __future__ import annotations

import streamlit as st

from compression.models.catalogue import model_card
from compression.recipe.sweep import Sweep
from compression.store import SweepRecord
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.jobs.exchange_box import exchange_box
from pages.parts.jobs.resources import draw_resources, draw_waiting
from pages.parts.jobs.runs import draw_runs
from pages.parts.shell.navigation import page_of
from pages.parts.shell.page_files import search, trade_offs


def list_runs() -> None:
    draw_waiting()
    st.header("Asked for", anchor=False)
    draw_runs(sweep_link)
    draw_resources()
    st.fragment(exchange_box)()
    data.engine().hurry()  # the page is on its way: the cores are free


def sweep_link(record: SweepRecord, sweep: Sweep, label: str) -> None:
    """Opens the page of a search; else that of its first step, which finds it by its key."""
    if sweep.is_search:
        st.page_link(search(), label=label, query_params={"sweep": record.key})
    else:
        points_link(record, sweep, label)


def points_link(record: SweepRecord, sweep: Sweep, label: str) -> None:
    """Opens the page of its first step."""
    face = FACES.get(sweep.steps[0].partition(":")[0])
    st.page_link(
        trade_offs() if face is None else page_of(face),
        label=label,
        query_params={
            "data": model_card(record.model).dataset,
            "model": record.model,
            "sweep": record.key,
        },
    )
