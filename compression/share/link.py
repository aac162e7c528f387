"""A question as parts of an address of the app, and back: the same that the pages' own fields write. Torch-free."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import urlencode

from compression.decide import Question
from compression.devices import catalogue, device_named
from compression.errors import UsageError, short, unknown
from compression.point import METRICS

LIMIT, GUARD = "limit-", "guard-"
"""How the names of bounds begin; a bound on a guard's metric is a guard, as in the pages' fields."""

AXIS = "x1"
LOCAL = "http://localhost:8501"


def parts_of(question: Question) -> dict[str, str]:
    """The question as parts of an address; what wasn't asked has none. Numbers are in the fields' units."""
    parts = {"model": question.model}
    if question.lose is not None:
        parts["lose"] = f"{question.lose:.10g}"
    for name, bound in question.limits.items():
        parts[f"{LIMIT}{name}"] = _written(name, bound)
    for name, bound in question.guards.items():
        parts[f"{LIMIT if METRICS[name].is_guard else GUARD}{name}"] = _written(name, bound)
    for name, price in (question.worth or {}).items():
        parts |= {"worth": _written(name, price), "worth-of": METRICS[name].label}
    if question.device is not None:
        parts["device"] = device_named(question.device).title
    if question.axis != "size_bytes":
        parts[AXIS] = METRICS[question.axis].label
    return parts


def link_of(question: Question, page: str = "share", base: str = LOCAL) -> str:
    """A page of the app with this question."""
    return f"{base.rstrip('/')}/{page}?{urlencode(parts_of(question))}"


def question_of(parts: Mapping[str, str]) -> Question:
    """The question that an address asks; UsageError in a sentence where it can't be one."""
    limits: dict[str, float] = {}
    guards: dict[str, float] = {}
    for part, text in parts.items():
        for start in (LIMIT, GUARD):
            if part.startswith(start) and text:
                name = part.removeprefix(start)
                if name not in METRICS:
                    raise unknown("metric", name, METRICS)
                bounds = guards if start == GUARD or METRICS[name].is_guard else limits
                bounds[name] = _number(part, text) / METRICS[name].factor
    worth = None
    if parts.get("worth"):
        name = _by_label(parts.get("worth-of", METRICS["latency_ms"].label))
        worth = {name: _number("worth", parts["worth"]) / METRICS[name].factor}
    return Question(
        model=parts["model"],
        lose=_number("lose", parts["lose"]) if parts.get("lose") else None,
        limits=limits,
        guards=guards,
        worth=worth,
        device=_device(parts["device"]) if parts.get("device") else None,
        axis=_by_label(parts[AXIS]) if parts.get(AXIS) else "size_bytes",
    )


def _written(name: str, bound: float) -> str:
    return f"{bound * METRICS[name].factor:.10g}"


def _by_label(label: str) -> str:
    for name, metric in METRICS.items():
        if metric.label == label:
            return name
    raise unknown("metric", label, [metric.label for metric in METRICS.values()])


def _device(title: str) -> str | None:
    """Its id; None for this machine."""
    for device in catalogue().values():
        if title in (device.title, f"{device.title}, {device.id}"):
            return device.id
    if title == "this machine":
        return None
    raise unknown("device", title, [device.title for device in catalogue().values()])


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"{name}={short(text, 40)} in the address is no number: give one.")
    return number
