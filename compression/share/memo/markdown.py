"""A memo as Markdown: for a wiki, a pull request, an e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from compression.share.link import link_of
from compression.share.memo.carried import as_comment, carried_word
from compression.share.memo.content import MEANS, VERDICTS, Memo, head

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def markdown(memo: Memo) -> bytes:
    """The whole text; whatever Markdown or HTML would read into a text is escaped."""
    d = memo.decision
    choice = d.choice.key if d.choice else None
    parts = [
        f"# {_plain(d.claim)}",
        f"**{VERDICTS[d.verdict]}.** {_plain(memo.title)}, {memo.made:%d %B %Y}.",
        *(_plain(reason) for reason in d.reasons if reason != d.claim),
        "## What was asked",
        _table(("Limit", "Of the choice"), ((head(room.label), room.said) for room in d.headroom)),
        _binding(memo),
        "## What is taken" if memo.is_taken else "## What comes closest",
        _table(
            ("Figure", "Value", "95 % interval", "Original", "How"),
            ((f.label, f.value, f.interval, f.original, f.how) for f in memo.figures),
        ),
        MEANS,
        "## Guards and what may speak against it",
        _table(
            ("Figure", "Verdict", "Finding"),
            ((risk.label, VERDICTS[risk.verdict], risk.said) for risk in d.risks),
        ),
        _harms(memo),
        "## The others",
        _list(f"{r.point.recipe.describe()}: {r.why_not}" for r in d.runners_up),
        _ties(memo),
        "## What would change it",
        _list(change.said for change in d.would_change),
        "## How it was found",
        _plain(d.trust),
        _plain(memo.place),
        f"    {memo.question.command}\n    {memo.command}",
        f"Key of the point: `{choice}`. [Open the question]({link_of(memo.question)})"
        if choice
        else "",
        as_comment(carried_word(memo.question, choice)),
    ]
    return ("\n\n".join(filter(None, _without_empty_heads(parts))) + "\n").encode()


def _without_empty_heads(parts: Sequence[str]) -> list[str]:
    """A heading that nothing follows is left out."""
    said = [part for part in parts if part]
    return [
        part
        for part, after in zip(said, [*said[1:], "## "], strict=True)
        if not (part.startswith("## ") and after.startswith("## "))
    ]


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(map(_plain, row))} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *lines])


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {_plain(item)}" for item in items)


def _binding(memo: Memo) -> str:
    binding = memo.decision.binding
    return f"It binds: {_plain(binding.said)}" if binding else ""


def _ties(memo: Memo) -> str:
    ties = memo.decision.ties
    if not ties:
        return ""
    names = ", ".join(_plain(point.recipe.describe()) for point in ties[:5])
    return f"These can't be told from it ({len(memo.decision.tied_keys)} in all): {names}."


def _harms(memo: Memo) -> str:
    if memo.harms is None:
        return ""
    return "### By class\n\n" + _table(
        ("Class", "Change of accuracy"), ((c.name, c.said) for c in memo.harms.classes)
    )
