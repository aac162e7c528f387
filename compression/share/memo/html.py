"""A memo as one HTML file: no server, no network, one slider that is live, and it prints."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from compression.share.chart import Chart, legend, style
from compression.share.link import link_of
from compression.share.memo.carried import NAME, carried_word
from compression.share.memo.content import MEANS, VERDICTS, Memo, figures_of, head
from compression.share.memo.positions import Position
from compression.share.pages import page
from compression.share.scripts import ASSETS

SHOWN = 10
"""Figures that are shown before the rest is opened."""


def html(memo: Memo) -> bytes:
    """The whole file; every text is escaped, scripts and styles are its own."""
    d = memo.decision
    drawn = Chart.of(memo.points, d.original, memo.question.axis)
    limits = dict(memo.question.limits)
    if memo.question.most_lost is not None:
        limits["lose"] = memo.question.most_lost
    choice = d.choice.key if d.choice else None
    told = page(
        "memo.html",
        memo=memo, d=d, verdicts=VERDICTS, means=MEANS, head=head, link=link_of(memo.question), shown=SHOWN,
        carried=NAME, word=carried_word(memo.question, choice),
        chart=Markup(drawn.svg(memo.shown, limits, f"{memo.title}: all points and the choice") if drawn else ""),
        legend=Markup(legend(drawn) if drawn else ""),
        style=Markup(f"{_asset('memo.css')}\n{style()}"),
        script=Markup(_asset("memo.js")),
        data=Markup(_json(_moves(memo, drawn))),
    )  # fmt: skip
    return told.encode()


def _moves(memo: Memo, drawn: Chart | None) -> dict[str, Any]:
    """What each place of the slider shows."""
    return {
        "at": memo.slider.at,
        "positions": [_position(each, memo, drawn) for each in memo.slider.positions],
    }


def _position(position: Position, memo: Memo, drawn: Chart | None) -> dict[str, Any]:
    d = position.decision
    place = drawn.place(d.choice) if drawn and d.choice else None
    lose = d.question.most_lost
    rows = [] if d.choice is None else figures_of(d.choice, d.original, memo.question)[:SHOWN]
    return {
        "said": position.said,
        "claim": d.claim,
        "verdict": d.verdict,
        "reasons": [reason for reason in d.reasons if reason != d.claim],
        "at": [round(place.x, 1), round(place.y, 1)] if place else None,
        "lose": round(drawn.height_of(lose), 1)
        if drawn and lose is not None and lose <= drawn.worst
        else None,
        "rows": [[row.label, row.value, row.interval, row.original, row.how] for row in rows],
        "ties": len(d.tied_keys),
    }


def _json(what: Any) -> str:
    """JSON that can stand inside a script element, whatever its texts say."""
    body = json.dumps(what, separators=(",", ":"), ensure_ascii=True)
    return body.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _asset(name: str) -> str:
    return (ASSETS / "share" / name).read_text("utf-8")
