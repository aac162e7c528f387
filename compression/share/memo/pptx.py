"""A memo as slides with native charts and speaker's notes: one claim a slide, its evidence below."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Emu, Inches

from compression.share.memo.carried import PART, as_comment, carried_word
from compression.share.memo.content import VERDICTS, Memo, head
from compression.share.memo.slide_charts import bars, classes, scatter
from compression.share.memo.slide_parts import WIDE, bullets, heading, note, said, table

MOST_RISKS, MOST_OTHERS, MOST_FIGURES = 7, 6, 8


def pptx(memo: Memo) -> bytes:
    """Five to seven slides: the claim, the front, the figures, what was asked, risks, the others, the method."""
    deck: Deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, Inches(7.5)
    _claim(_added(deck), memo)
    _front(_added(deck), memo)
    if memo.figures:
        _figures(_added(deck), memo)
    _risks(_added(deck), memo)
    if memo.harms is not None and memo.harms.classes:
        _harms(_added(deck), memo)
    _others(_added(deck), memo)
    _method(_added(deck), memo)
    _carry(deck, memo)
    held = io.BytesIO()
    deck.save(held)
    return held.getvalue()


def _added(deck: Deck) -> Slide:
    """An empty slide: what is on it is ours alone."""
    return deck.slides.add_slide(deck.slide_layouts[6])


def _claim(slide: Slide, memo: Memo) -> None:
    d = memo.decision
    said(slide, memo.title, Inches(0.8), size=18, is_soft=True)
    said(
        slide,
        d.claim,
        Inches(1.5),
        size=34 if len(d.claim) < 170 else 27,
        is_strong=True,
        high=Inches(3.4),
    )
    said(slide, VERDICTS[d.verdict], Inches(5.1), size=24, is_strong=True)
    bullets(
        slide, [r for r in d.reasons if r != d.claim][:3], Inches(5.7), size=16, high=Inches(1.4)
    )
    note(slide, f"{d.claim} The verdict is: {VERDICTS[d.verdict].lower()}. {d.trust}")


def _front(slide: Slide, memo: Memo) -> None:
    d = memo.decision
    heading(slide, _where(memo))
    hidden = scatter(slide, memo)
    below = f" {hidden} that lose more lie below the picture." if hidden else ""
    note(
        slide,
        "Each mark is a measured point: the further left, the cheaper; the higher, the less is lost on the test set. "
        f"The front was chosen on validation. Of {d.considered} points {d.allowed} keep all limits.{below}",
    )


def _where(memo: Memo) -> str:
    choice = memo.decision.choice
    if choice is None or not memo.is_taken:
        return "No measured point will do"
    name = choice.recipe.describe()
    where = "stands on the front" if memo.is_on_front else "is the best that keeps all limits"
    return f"{name[:1].upper()}{name[1:]} {where}"


def _figures(slide: Slide, memo: Memo) -> None:
    heading(
        slide,
        "What it costs, beside the original" if memo.is_taken else "What comes closest",
    )
    rows = [(f.label, f.value, f.interval, f.original, f.how) for f in memo.figures[:MOST_FIGURES]]
    table(
        slide, ("Figure", "Value", "95 % interval", "Original", "How"), rows, Inches(1.35),
        shares=(2.2, 1.5, 2.6, 1.4, 3.2), wide=Inches(8.0),
    )  # fmt: skip
    bars(slide, memo)
    notes = [f"{f.label}: {f.note}." for f in memo.figures[:MOST_FIGURES] if f.note]
    note(slide, " ".join(["Bars show how many percent of the original's figure are left.", *notes]))


def _risks(slide: Slide, memo: Memo) -> None:
    d = memo.decision
    heading(slide, "What was asked, and what may speak against it")
    asked = [(head(room.label), "Kept", room.said) for room in d.headroom]
    rows = [*asked, *((risk.label, VERDICTS[risk.verdict], risk.said) for risk in d.risks)]
    if rows:
        table(
            slide,
            ("Figure", "Verdict", "Finding"),
            rows[:MOST_RISKS],
            Inches(1.35),
            shares=(2, 1.4, 7),
        )
    else:
        said(slide, d.claim, Inches(1.4), size=18, high=Inches(2))
    if d.binding:
        said(slide, f"What binds: {d.binding.said}", Inches(6.1), size=15, high=Inches(1))
    more = [f"{label}: {verdict}. {text}" for label, verdict, text in rows[MOST_RISKS:]]
    note(slide, " ".join([*more, "A figure that nobody measured is open, not good."]))


def _harms(slide: Slide, memo: Memo) -> None:
    assert memo.harms is not None
    worst = memo.harms.classes[0]
    heading(slide, f"{worst.name} loses most" if worst.change < 0 else "No class loses")
    classes(slide, memo.harms)
    note(slide, " ".join(f"{c.name}: {c.said}." for c in memo.harms.classes))


def _others(slide: Slide, memo: Memo) -> None:
    d = memo.decision
    heading(slide, "The others, and what would change the choice")
    named = [(r.point.recipe.describe(), r.why_not) for r in d.runners_up]
    named += [(p.recipe.describe(), "can't be told from it") for p in d.ties]
    if named:
        table(
            slide, ("Recipe", "Beside the choice"), named[:MOST_OTHERS], Inches(1.35), shares=(4, 6)
        )
    top = Inches(1.5 + 0.42 * (1 + len(named[:MOST_OTHERS])))
    bullets(
        slide, [change.said for change in d.would_change][:3], Emu(top), size=15, high=Inches(2)
    )
    note(
        slide,
        _sentences([*(f"{name}: {why}" for name, why in named), *(c.said for c in d.would_change)]),
    )


def _method(slide: Slide, memo: Memo) -> None:
    d = memo.decision
    heading(slide, "How it was found, and how to find it again")
    lines = [
        d.trust,
        memo.place,
        f"Decide again: {memo.question.command}",
        *(
            [f"Measure it again: {memo.command}", f"Key of the point: {d.choice.key}"]
            if d.choice
            else []
        ),
    ]
    bullets(slide, [line for line in lines if line], Inches(1.35), size=15, high=Inches(5))
    note(slide, "This file carries its question: the app's page Share opens it again.")


def _carry(deck: Deck, memo: Memo) -> None:
    """The question as a part of its own, which other programs leave alone."""
    choice = memo.decision.choice
    word = as_comment(carried_word(memo.question, choice.key if choice else None))
    blob = f'<?xml version="1.0" encoding="UTF-8"?>\n<memo xmlns="urn:compact-ai-lab:memo">{word}</memo>'
    part = Part(PackURI(f"/{PART}"), "application/xml", deck.part.package, blob.encode())
    deck.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
    deck.core_properties.title = memo.decision.claim[:250]
    deck.core_properties.author = "Compact AI Lab"


def _sentences(texts: Iterable[str]) -> str:
    return " ".join(text if text.endswith(".") else f"{text}." for text in texts)
