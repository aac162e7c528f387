"""A memo to be looked at before it is taken away: claim, verdict, front, what binds, risks, the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from compression.decide import Decision
from compression.point import Point
from compression.share.chart import Chart, legend, style
from compression.share.memo.content import VERDICTS, head
from pages.parts import data
from pages.parts.plots.inline_svg import inline_svg

STYLE = Path(__file__).parents[3] / "assets" / "shell" / "share.css"


def memo_style() -> None:
    st.html(f"<style>{STYLE.read_text('utf-8')}{style()}</style>")


def draw_preview(decision: Decision, known: data.Known) -> None:
    """The decision as the memo tells it, over the points as its device sees them."""
    st.html(_head(decision))
    axis = decision.question.axis
    drawn = Chart.of([p for p in known.points if p.stage == "full"], known.original, axis)
    if drawn is not None:
        shown = _shown(decision)
        limits = dict(decision.question.limits)
        if (most := decision.question.most_lost) is not None:
            limits["lose"] = most
        picture = drawn.svg(shown, limits, "All measured points, their front and the choice")
        inline_svg(f"{picture}{legend(drawn)}", key="memo-chart")
    st.html(_tables(decision))


def _shown(decision: Decision) -> Point | None:
    miss = decision.closest_miss
    return decision.choice or (miss.point if miss else None)


def _head(d: Decision) -> str:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in d.reasons if reason != d.claim)
    return (
        f'<div class="lab-claim"><p>{escape(d.claim)}</p><span class="lab-verdict" data-verdict="{d.verdict}">'
        f"{VERDICTS[d.verdict]}</span><ul>{reasons}</ul></div>"
    )


def _tables(d: Decision) -> str:
    kept = [(head(room.label), "Kept", room.said) for room in d.headroom]
    risks = [(risk.label, VERDICTS[risk.verdict], risk.said) for risk in d.risks]
    others = [(r.point.recipe.describe(), r.why_not) for r in d.runners_up]
    changes = [change.said for change in d.would_change]
    parts = [
        _table("What was asked, and what may speak against it", ("Figure", "Verdict", "Finding"), [*kept, *risks]),
        _table("The others", ("Recipe", "Beside the choice"), others),
        _list("What would change it", changes),
        f"<p>{escape(d.trust)}</p>",
    ]  # fmt: skip
    return f'<div class="lab-memo">{"".join(parts)}</div>'


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Iterable[str]) -> str:
    first, *rest = row
    cells = "".join(f"<td>{escape(text)}</td>" for text in rest)
    return f'<th scope="row">{escape(first)}</th>{cells}'


def _list(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(title)}</h2><ul>{items}</ul>"
