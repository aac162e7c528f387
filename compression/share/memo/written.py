"""A memo in the format that its file's name asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from compression.errors import UsageError
from compression.share.memo.content import Memo
from compression.share.memo.html import html
from compression.share.memo.markdown import markdown


def _pptx(memo: Memo) -> bytes:
    from compression.share.memo.pptx import pptx  # half a second that only slides need

    return pptx(memo)


FORMATS: dict[str, Callable[[Memo], bytes]] = {"html": html, "pptx": _pptx, "md": markdown}
"""By how a file's name ends."""


def format_of(file: Path) -> str:
    """The format that the name asks for; UsageError for another."""
    ending = file.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise UsageError(
            f"{file.name[:60]!r} ends like no memo: name a file that ends in .html, .pptx or .md."
        )
    return ending


def written(memo: Memo, ending: str) -> bytes:
    """The whole file."""
    return FORMATS[ending](memo)
