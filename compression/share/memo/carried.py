"""A memo's question inside its file, whatever the format, and back: bounded, checked, and never executed.

It is one word of base 64 behind a name, so that no parser of HTML, XML or Markdown has to be trusted.
"""

from __future__ import annotations

import binascii
import io
import json
import re
import zipfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from compression.decide import Question
from compression.errors import LabError, UsageError

NAME = "compact-ai-lab-memo"
PART = "customXml/item1.xml"
"""Where a PPTX holds it."""

LARGEST = 32_000_000
"""Bytes of a file that are looked at."""

LONGEST = 16_384
"""Letters of the word."""

MOST_BOUNDS = 20
_WORD = re.compile(rb"compact-ai-lab-memo\W{1,12}content\W{1,3}([\w-]{8,%d}={0,2})" % LONGEST)


class NotAMemo(UsageError):
    """The file carries no question of ours."""


@dataclass(frozen=True)
class Carried:
    """What a memo says of itself: its question, and the key of the point that was chosen then."""

    question: Question
    choice: str | None


def carried_word(question: Question, choice: str | None) -> str:
    """The word that `carried_in` reads back."""
    told = {"version": 1, "question": question.document(), "choice": choice}
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode()


def as_comment(word: str) -> str:
    """For Markdown and XML."""
    return f"<!-- {NAME} content={word} -->"


def carried_in(content: bytes) -> Carried:
    """The question in a memo of any format; NotAMemo or UsageError in a sentence."""
    if len(content) > LARGEST:
        raise NotAMemo(f"This file is larger than {LARGEST // 1_000_000} MB: a memo of ours isn't.")
    found = _WORD.search(_custom_part(content) if content[:2] == b"PK" else content)
    if found is None:
        raise NotAMemo(
            "This file carries no question of ours: give a memo that `memo` or the page Share wrote."
        )
    try:
        told = json.loads(urlsafe_b64decode(found[1]))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise NotAMemo("The question in this memo is damaged: write the memo again.") from error
    return _checked(told)


def _custom_part(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(PART) as part:
            return part.read(2 * LONGEST)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError) as error:
        raise NotAMemo(
            "This presentation carries no question of ours: give one that `memo` wrote."
        ) from error


def _checked(told: Any) -> Carried:
    """Only what a question is made of, each of its own kind; whether it can be is the question's own word."""
    if not isinstance(told, dict) or told.get("version") != 1:
        raise NotAMemo("The question in this memo is of another version: write the memo again.")
    asked, choice = told.get("question"), told.get("choice")
    if not isinstance(asked, dict) or not (choice is None or isinstance(choice, str)):
        raise NotAMemo("The question in this memo is damaged: write the memo again.")
    if choice is not None and not re.fullmatch(r"[0-9a-f]{16}", choice):
        raise NotAMemo("The point in this memo has no key of ours: write the memo again.")
    return Carried(question_in(asked), choice)


def question_in(asked: Any) -> Question:
    """A question from untrusted data."""
    kinds: dict[str, Any] = {
        "model": str, "axis": str, "lose": (int, float, type(None)), "device": (str, type(None)),
        "limits": dict, "guards": dict, "worth": (dict, type(None)),
    }  # fmt: skip
    fields = asked if isinstance(asked, dict) else {}
    strange = [name for name in fields if name not in kinds]
    wrong = [
        name
        for name, kind in kinds.items()
        if name in fields and (not isinstance(fields[name], kind) or isinstance(fields[name], bool))
    ]
    bounds = [fields.get(name) or {} for name in ("limits", "guards", "worth")]
    is_bad = strange or wrong or "model" not in fields or not all(map(_are_bounds, bounds))
    if is_bad:
        raise UsageError("The question in this memo can't be read: write the memo again.")
    try:
        return Question(**fields)
    except LabError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError("The question in this memo can't be: write the memo again.") from error


def _are_bounds(bounds: Any) -> bool:
    """Few names with numbers."""
    return (
        isinstance(bounds, dict)
        and len(bounds) <= MOST_BOUNDS
        and all(
            isinstance(name, str)
            and isinstance(value, (int, float))
            and not isinstance(value, bool)
            for name, value in bounds.items()
        )
    )
