"""The answers of a model to the few examples that pages show, as a point keeps them: a short text. Torch-free."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass

NO_CLASS, SURE = 255, 254
"""The byte in a class's place where outputs were not numbers; and the confidence byte of certainty."""


@dataclass(frozen=True)
class Answer:
    """The class that a model says, by its place among the data set's, and the probability that it gives it.

    The class is None where its outputs were not numbers.
    """

    answered: int | None
    confidence: float


def as_text(answers: Iterable[Answer]) -> str:
    """Two bytes an answer, class and confidence, in base 64; raises ValueError for a class beyond those of a byte."""
    written = bytearray()
    for each in answers:
        if each.answered is not None and each.answered >= NO_CLASS:
            raise ValueError(f"Class {each.answered} doesn't fit in a byte below {NO_CLASS}.")
        written.append(NO_CLASS if each.answered is None else each.answered)
        written.append(round(SURE * each.confidence))
    return b64encode(written).decode()


def answers_in(text: str) -> tuple[Answer, ...]:
    """The answers that `as_text` wrote, each confidence within 0.002; none of an empty text."""
    read = bytes_in(text)
    return tuple(
        Answer(None if answered == NO_CLASS else answered, confidence / SURE)
        for answered, confidence in zip(read[::2], read[1::2], strict=True)
    )


def bytes_in(text: str) -> bytes:
    """The two bytes of each answer; raises ValueError for what `as_text` can't have written."""
    read = b64decode(text, validate=True)
    if len(read) % 2:
        raise ValueError("Half an answer is left over.")
    return read
