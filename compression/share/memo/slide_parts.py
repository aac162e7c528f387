"""What slides are made of: a heading, words, a table, notes; one look for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Length, Pt

WIDE = Inches(13.333)
EDGE = Inches(0.6)
LINE = Inches(0.6)
INK, SOFT, ACCENT, QUIET = (
    RGBColor.from_string(code) for code in ("1B1F2A", "4D5568", "5B3FD6", "F0F0F6")
)


def heading(slide: Slide, text: str) -> None:
    said(slide, text, Inches(0.4), size=28, is_strong=True, high=Inches(0.8))


def said(
    slide: Slide,
    text: str,
    top: Length,
    *,
    size: float,
    is_strong: bool = False,
    is_soft: bool = False,
    high: Length = LINE,
) -> None:
    """One paragraph over the whole width."""
    frame = _frame(slide, top, high)
    _write(frame, 0, text, size, is_strong=is_strong, is_soft=is_soft)


def bullets(slide: Slide, lines: Sequence[str], top: Length, *, size: float, high: Length) -> None:
    if not lines:
        return
    frame = _frame(slide, top, high)
    for row, line in enumerate(lines):
        _write(frame, row, f"•  {line}", size)


def table(
    slide: Slide,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    top: Length,
    *,
    shares: Sequence[float],
    wide: Length | None = None,
) -> None:
    """A table of texts; columns share the width as told."""
    width = wide or Emu(WIDE - 2 * EDGE)
    high = Inches(0.42 * (len(rows) + 1))
    made = slide.shapes.add_table(len(rows) + 1, len(heads), EDGE, top, width, high).table
    for column, share in enumerate(shares):
        made.columns[column].width = Emu(int(width * share / sum(shares)))
    for row, texts in enumerate([heads, *rows]):
        for column, text in enumerate(texts):
            _fill(made.cell(row, column), text, is_head=row == 0, is_first=column == 0)


def note(slide: Slide, text: str) -> None:
    """What the speaker says."""
    frame = slide.notes_slide.notes_text_frame
    if frame is not None:
        frame.text = text


def _frame(slide: Slide, top: Length, high: Length) -> TextFrame:
    frame = slide.shapes.add_textbox(EDGE, top, Emu(WIDE - 2 * EDGE), high).text_frame
    frame.word_wrap = True
    return frame


def _write(
    frame: TextFrame,
    row: int,
    text: str,
    size: float,
    *,
    is_strong: bool = False,
    is_soft: bool = False,
) -> None:
    paragraph = frame.paragraphs[0] if row == 0 else frame.add_paragraph()
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), is_strong
    run.font.color.rgb = SOFT if is_soft else INK
    paragraph.space_after = Pt(6)


def _fill(cell: _Cell, text: str, *, is_head: bool, is_first: bool) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = QUIET if is_head else RGBColor(255, 255, 255)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    run = cell.text_frame.paragraphs[0].add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(13), is_head or is_first
    run.font.color.rgb = INK
