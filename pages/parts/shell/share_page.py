"""The page Share: a question, its answer as a memo to be looked at and taken away, and all points as a site."""

from __future__ import annotations

import streamlit as st

from compression.decide import Question, decide
from compression.errors import UsageError
from compression.point import METRICS, axis_costs
from compression.share.link import GUARD, LIMIT, question_of
from pages.parts import data
from pages.parts.form.device import choose_device, chosen_device
from pages.parts.form.limits import choose_limits
from pages.parts.form.link import draw_notes, read_link
from pages.parts.shell.guards import choose_guards
from pages.parts.shell.memo_preview import draw_preview, memo_style
from pages.parts.shell.page_title import page_title
from pages.parts.shell.question import choose_model
from pages.parts.shell.taking_away import draw_downloads, open_memo, publish_site


def share_page() -> None:
    read_link(None)
    title, question = st.columns([1, 2], vertical_alignment="bottom")
    with title:
        page_title("Share", "A decision as a memo that others can check, and all points as a site.")
    with question:
        model = choose_model()
    memo_style()
    _answer(model)


@st.fragment
def _answer(model: str) -> None:
    known = data.known_or_bundled(model)
    draw_notes({"model": model})
    asked, shown = st.columns([1, 3.4], gap="medium")
    with asked, st.container(key="knobs"):
        question = _question(model, known)
        open_memo()
    with shown:
        if question is None:
            return
        decision = decide(known.points, known.original, question)
        draw_downloads(known, question)
        draw_preview(decision, data.on(known, model, chosen_device()))
        publish_site()


def _question(model: str, known: data.Known) -> Question | None:
    """What is asked, in the fields that the trade-offs have; told in a sentence where it can't be."""
    lose = st.number_input(
        "Lose at most (points)", min_value=0.0, max_value=100.0, value=None, step=0.5, format="%g",
        placeholder="1 without limits", key="lose", bind="query-params",
        help="Of the quality against the original, judged on the validation examples.",
    )  # fmt: skip
    offered = [metric.field for metric in axis_costs()]
    axis = st.selectbox(
        "The cost that counts", offered, format_func=lambda name: METRICS[name].label,
        key="x1", bind="query-params",
    )  # fmt: skip
    device = choose_device()
    asked = any(part.startswith(LIMIT) for part in st.query_params)
    with st.expander("Limits", icon=":material/straighten:", expanded=asked):
        limits = choose_limits(model, known.points)
    guards = choose_guards(model, known)
    try:
        rest = _rest(model, {*limits, *guards})
    except UsageError as error:
        st.error(f"In the address: {error}", icon=":material/block:")
        rest = Question(model)
    try:
        return Question(
            model, lose=lose, limits={**rest.limits, **limits}, guards={**rest.guards, **guards},
            worth=rest.worth, device=device.id if device else None, axis=axis or "size_bytes",
        )  # fmt: skip
    except UsageError as error:
        st.error(str(error), icon=":material/block:")
        return None


def _rest(model: str, fields: set[str]) -> Question:
    """What the address asks besides that no field here shows, as a memo's may."""
    kept = {
        part: text
        for part, text in st.query_params.to_dict().items()
        if part in ("worth", "worth-of")
        or (part.startswith((LIMIT, GUARD)) and part.split("-", 1)[1] not in fields)
    }
    return question_of({"model": model, **kept})
