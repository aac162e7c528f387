"""Whether a row of somebody else's table is a point that may be shown beside ours: each refusal has its reason."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from compression.errors import LabError, reason_of
from compression.exchange.outgoing import FORMULA
from compression.models.catalogue import MODELS
from compression.point import METRICS, Measurement, Metric, Point

LARGEST = 1e15
"""No figure of a model that this lab holds comes near it."""

LONGEST = 1000
"""Characters of a text that people may read."""

NOT_READ = ("shown", "work", "graph", "left")
"""Texts that no page shows: the point's own rules check them."""

_MARKUP = re.compile(r"<\s*[a-zA-Z!/?]|javascript:|&#|\]\s*[(\[]", re.IGNORECASE)


class Refused(Exception):
    """Why a row is no point, in a few words that several rows may share."""


def judged(body: Mapping[str, Any], key: str, source: str) -> Point:
    """The point, marked as measured elsewhere by ``source``; Refused where it can't be one of ours."""
    _poisoned(body)
    model = body.get("recipe", {}).get("model") if isinstance(body.get("recipe"), Mapping) else None
    if model not in MODELS:
        raise Refused("of a model that is not known here")
    own = {name: value for name, value in body.items() if name not in ("key", "artifact")}
    try:
        point = Point.model_validate({**own, "origin": "here"})
    except ValidationError as error:
        raise Refused(_why(error)) from None
    except (LabError, ValueError, TypeError) as error:
        raise Refused(reason_of(error)) from None
    if point.key != key:
        raise Refused("measured on other weights, or by another version: its key is another one")
    if point.stage != "full":
        raise Refused("only an estimate")
    if not point.measurements:
        raise Refused("without any figure")
    for name, measured in point.measurements.items():
        _figure(METRICS[name], measured)
    return point.as_elsewhere(point.source or source)


def _figure(metric: Metric, measured: Measurement) -> None:
    if measured.unit != metric.unit:
        raise Refused(f"{metric.field} in another unit than {metric.unit}")
    numbers = [n for n in (measured.value, measured.low, measured.high) if n is not None]
    if any(not math.isfinite(n) for n in numbers):
        raise Refused(f"{metric.field} is not a number")
    if any(abs(n) > LARGEST for n in numbers):
        raise Refused(f"{metric.field} is beyond all measure")
    least = -1.0 if metric.unit == "fraction" and metric.is_guard else 0.0
    if any(n < least for n in numbers):
        raise Refused(f"{metric.field} is below {least:g}")
    if metric.unit == "fraction" and any(n > 1 for n in numbers):
        raise Refused(f"{metric.field} is above 1: a share is wanted, not percent")
    if measured.value is None or measured.low is None or measured.high is None:
        return
    if not measured.low <= measured.high:
        raise Refused(f"{metric.field} has its interval's ends in another order")


def _poisoned(body: Mapping[str, Any]) -> None:
    for name, text in _texts(body):
        if name in NOT_READ:
            continue
        if len(text) > LONGEST:
            raise Refused("a text longer than any that people read")
        if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA):
            raise Refused("a text that begins like a formula")
        if _MARKUP.search(text):
            raise Refused("a text with HTML or a link in it")
        if any(not (c.isprintable() or c == "\n") for c in text):
            raise Refused("a text with control characters")


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """All texts inside, names of parts among them."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield "", str(key)
            yield from _texts(part, name or str(key))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part, name)


def _why(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][:2])
    if first["type"] in ("finite_number", "float_parsing", "int_parsing"):
        return f"{_name(first['loc'])} is not a number"
    return f"{where} can't be: {first['msg'].lower()[:80]}" if where else first["msg"].lower()[:100]


def _name(where: tuple[int | str, ...]) -> str:
    """The metric, where it is one of a figure's parts."""
    return (
        str(where[1]) if where and where[0] == "measurements" and len(where) > 1 else str(where[0])
    )
