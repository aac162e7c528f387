"""A decision on the page: one sentence with its verdict above the plots, and the reasons beneath them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.decide import Decision
from compression.decide.words import named

SIGNS = {
    "pass": ":material/check_circle: Pass",
    "fail": ":material/cancel: Fail",
    "needs review": ":material/rate_review: Needs review",
}
"""A verdict is a sign and its word, never a colour alone."""

MOST_TIES = 3


def verdict_sentence(found: Decision) -> str:
    """The claim, in bold up to its first colon."""
    head, colon, rest = found.claim.partition(": ")
    bold = f"**{head}{colon.strip()}** {rest}" if colon and len(head) < 160 else found.claim
    return escaped(bold)


def verdict_words(found: Decision) -> str:
    """Beneath the sentence, where the verdict on what was found is not a plain pass; else empty."""
    if found.choice is None or found.verdict == "pass":
        return ""
    return escaped(f"{SIGNS[found.verdict]}: {' '.join(found.reasons)}")


def draw_reasons(found: Decision) -> None:
    """Why that one: what binds, what is left, who came next, how far to trust it and what would change it."""
    rows = [st.columns(2, gap="medium") for _ in range(2)]
    columns = [column for row in rows for column in row]
    with columns[0], st.container(key="why-limits"):
        _card("What binds", _binding(found), [room.said for room in found.headroom])
    with columns[1], st.container(key="why-runners"):
        runners = [
            f"{named(each.point, found.question)}: {each.why_not}" for each in found.runners_up
        ]
        _card("Runners-up", "" if runners else "No other point is allowed.", runners)
        if found.ties:
            st.caption(escaped(_ties(found)))
    with columns[2], st.container(key="why-change"):
        told = {found.binding.said} if found.binding else set()
        said = [change.said for change in found.would_change if change.said not in told]
        nothing = "Nothing that is known: no limit is near, and nothing ties."
        _card("What would change it", "" if said else nothing, said)
    with columns[3], st.container(key="why-trust"):
        _card("How far to trust it", f"{SIGNS[found.verdict]}. {found.trust}", _checked(found))


def _binding(found: Decision) -> str:
    if found.choice is None:
        return found.closest_miss.said if found.closest_miss else found.claim
    if found.binding is None:
        return "No limit: nothing known beyond one of them alone would be better."
    return found.binding.said


def _ties(found: Decision) -> str:
    names = "; ".join(named(point, found.question) for point in found.ties[:MOST_TIES])
    count = len(found.tied_keys)
    more = f", and {count - MOST_TIES} more" if count > MOST_TIES else ""
    return f"Can't be told from it, ringed in the plots: {names}{more}."


def _checked(found: Decision) -> list[str]:
    return [
        f"{risk.said}" if risk.verdict == "pass" else f"**{SIGNS[risk.verdict]}:** {risk.said}"
        for risk in found.risks
    ]


def _card(title: str, text: str, rows: Sequence[str]) -> None:
    st.header(title, anchor=False)
    if text:
        st.markdown(escaped(text))
    if rows:
        st.markdown("\n".join(f"- {escaped(row)}" for row in rows))


def escaped(text: str) -> str:
    """Dollars are money here, no formula; a tilde strikes nothing out."""
    return text.replace("$", "\\$").replace("~", "\\~")
