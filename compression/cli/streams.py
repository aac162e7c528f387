"""Output to wherever it goes: a terminal that knows ASCII alone, a pipe whose reader has left, or nowhere."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TextIO

PLAIN = {
    "\u2013": "-", "\u2014": "-", "\u2026": "...", "\u00b7": "-", "\u00d7": "x", "\u00b5": "u", "\u03bc": "u",
    "\u2192": "->", "\u2264": "<=", "\u2265": ">=", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00b1": "+-",
    "\u2501": "-", "\u2578": "-", "\u257a": "-", "\u2022": "*",
}  # fmt: skip
"""What is written where a character can't be."""


def make_safe() -> None:
    """Have both streams write what they can, whatever they are."""
    codecs.register_error("plain", _plain)
    sys.stdout, sys.stderr = _safe(sys.stdout), _safe(sys.stderr)


def let_go() -> None:
    """Nobody reads any more: what Python still holds back for the streams goes nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)


def _safe(stream: TextIO | None) -> TextIO:
    if stream is None:  # closed before we began, as by `>&-`
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="plain")
    return stream


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(PLAIN.get(character, "?") for character in wrong), error.end
