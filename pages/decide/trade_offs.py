"""Which trade-off should I take? All points of a model, or of several of one task, and the one that answers best."""

from functools import partial

import streamlit as st

from pages.parts import data, deciding
from pages.parts.form.axes import choose_axes, quality_axis, turn
from pages.parts.form.device import choose_device
from pages.parts.form.glossary import hint
from pages.parts.form.limits import choose_limits
from pages.parts.form.link import draw_notes, read_link
from pages.parts.form.paint import choose_paint
from pages.parts.form.question_form import (
    choose_loss,
    choose_worth,
    drag,
    lines_of,
    question_of,
)
from pages.parts.panels.points_table import best_first, points_table
from pages.parts.plots import selection
from pages.parts.plots.decided import Decided
from pages.parts.plots.three_plots import draw
from pages.parts.shell.compare_link import compare_link
from pages.parts.shell.decision import draw_reasons, verdict_sentence, verdict_words
from pages.parts.shell.finding import find_button, watch_finding
from pages.parts.shell.guards import choose_guards, removed_words
from pages.parts.shell.memo_link import memo_link
from pages.parts.shell.page_title import page_title
from pages.parts.shell.pins import part_of, pinned
from pages.parts.shell.points_file import points_file
from pages.parts.shell.present_link import present_link
from pages.parts.shell.question import choose_model
from pages.parts.shell.several_models import choose_beside
from pages.parts.shell.stage import stage_style
from pages.parts.shell.stake import draw_stake
from pages.parts.shell.trade_off import choose_techniques, open_picked, pick, picked, reach

read_link(None)
title, question = st.columns([1, 2], vertical_alignment="bottom")
with title:
    page_title(
        "Trade-offs",
        hint(
            "Every measured point of a model, whatever technique made it. The [[Pareto front]] is chosen by the "
            "quality on validation, and drawn with that on the test set."
        ),
    )
with question:
    model = choose_model()
draw_stake(model, data.original(model))
stage_style()


@st.fragment
def answer() -> None:
    known = data.known_or_bundled(model)
    if not known.points:
        st.info("No points of this model yet: open a technique page and move a knob.")
        draw_notes({"model": model})
        return
    sentence = st.container(key="sentence", horizontal=True, vertical_alignment="center")
    draw_notes({"model": model})
    limit_column, plot_column = st.columns([1, 3.4], gap="medium")
    with limit_column, st.container(key="knobs"):
        lose = choose_loss(model)
        known = data.on(
            deciding.beside(known, choose_beside(model)), model, device := choose_device()
        )
        limits = choose_limits(model, known.points)
        guards = choose_guards(model, known)
        worth = choose_worth(model)
        techniques = choose_techniques(known.points)
        axes = choose_axes(model)
        paint = choose_paint(model, known.measured)
    shown = data.shown(known, techniques)
    metrics = [axis.metric for axis in axes]
    asked = question_of(
        model, lose=lose, limits=limits, guards=guards, device=device, worth=worth, axis=metrics[0]
    )
    found = deciding.decided(known, asked, techniques)
    drawn = data.background(known, model, metrics, techniques, asked.limits, asked.guards)
    with plot_column:
        events = draw(
            drawn,
            key="plots",
            question=model,
            axes=axes,
            y=quality_axis(model),
            current=None,
            empty="No point has this figure yet.",
            selected=selection.from_url(),
            on_select=selection.to_url,
            on_turn=turn,
            take=partial(points_file, shown),
            reach=reach(known),
            on_pick=pick,
            decided=Decided(
                choice=found.choice.key if found.choice else "",
                ties=found.tied_keys,
                lines=lines_of(asked, known.original, metrics),
                colour=paint.colour,
                size=paint.size,
                parallel=paint.parallel,
                brushed=selection.brushes_from_url(),
            ),
            on_limit=partial(drag, model=model, original=known.original),
            on_brush=selection.brushes_to_url,
        )
        st.caption(deciding.front_told(known, techniques, metrics[0]))
        draw_reasons(found)
    with sentence:
        st.markdown(verdict_sentence(found))
        if open_questions := verdict_words(found):
            st.caption(open_questions)
        if removed := removed_words(shown, asked.limits, asked.guards):
            st.caption(removed)
        find_button(found)
        present_link(
            "trade-offs", model, picked(known, found.choice), part_of(pinned(model, known))
        )
        memo_link(asked)
    watch_finding(model)
    table, opened = st.columns([2, 1.2], gap="medium")
    with table:
        chosen = selection.selected_points(known, events.selected)
        if chosen:
            st.header(f"Selected points ({len(chosen)})")
            compare_link(best_first(chosen))
            points_table(best_first(chosen), key="selected", on_pick=pick)
        elif best := deciding.best_of(known, drawn, metrics[0], found.choice):
            st.header(
                "The front within your limits" if asked.limits else "The front",
                help="The recommended point first, if there is one; then from the cheapest on.",
            )
            points_table(best, key="front", on_pick=pick)
    with opened:
        open_picked(known, found.choice)


answer()
