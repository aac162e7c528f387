"""A question as an address of the app, and back: what a memo leads to, and what the page Share reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import urlencode

from compression.decide import Question
from compression.errors import UsageError, short

BOUNDS = {"limits": "limits", "guards": "guards", "worth": "worth"}
"""Parts of the address that hold names with numbers: ``size_bytes:20000~latency_ms:0.1``."""


def parts_of(question: Question) -> dict[str, str]:
    """The question as parts of an address; what wasn't asked has none."""
    parts = {"model": question.model}
    if question.lose is not None:
        parts["lose"] = f"{question.lose:g}"
    for part, field in BOUNDS.items():
        bounds: Mapping[str, float] = getattr(question, field) or {}
        if bounds:
            parts[part] = "~".join(f"{name}:{bound:.10g}" for name, bound in bounds.items())
    if question.device is not None:
        parts["device"] = question.device
    if question.axis != "size_bytes":
        parts["axis"] = question.axis
    return parts


def link_of(question: Question, base: str = "http://localhost:8501") -> str:
    """The page Share with this question."""
    return f"{base.rstrip('/')}/share?{urlencode(parts_of(question))}"


def question_of(parts: Mapping[str, str]) -> Question:
    """The question that an address asks; UsageError in a sentence where it can't be one."""
    bounds = {field: _bounds(part, parts.get(part, "")) for part, field in BOUNDS.items()}
    return Question(
        model=parts["model"],
        lose=_number("lose", parts["lose"]) if parts.get("lose") else None,
        limits=bounds["limits"],
        guards=bounds["guards"],
        worth=bounds["worth"] or None,
        device=parts.get("device") or None,
        axis=parts.get("axis") or "size_bytes",
    )


def _bounds(part: str, text: str) -> dict[str, float]:
    found = {}
    for each in filter(None, text[:2000].split("~")):
        name, _, number = each.partition(":")
        found[name] = _number(f"{part} {short(name, 40)}", number)
    return found


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"{name}={short(text, 40)} in the address is no number: give one.")
    return number
