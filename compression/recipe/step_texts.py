"""A step as a text like ``prune:sparsity=0.8`` or as a dict, and back: what users write is checked here. Torch-free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from compression.errors import UsageError, short, unknown
from compression.techniques import TECHNIQUES
from compression.techniques.step import Step


def step_to_dict(step: Step) -> dict[str, Any]:
    return {"technique": step.technique, **step.model_dump()}


def step_from_dict(data: Any) -> Step:
    """A step from untrusted data; UsageError in one sentence if it is not one."""
    if not isinstance(data, Mapping) or "technique" not in data:
        raise UsageError("A step names its technique, as in {'technique': 'prune'}.")
    name, knobs = data["technique"], {k: v for k, v in data.items() if k != "technique"}
    if not isinstance(name, str) or name not in TECHNIQUES:
        raise unknown("technique", name, TECHNIQUES)
    return make_step(TECHNIQUES[name], knobs)


def step_words(steps: Iterable[Step]) -> list[str]:
    """The steps as the command line takes them: ``--step prune:sparsity=0.8 --step ...``."""
    return [word for step in steps for word in ("--step", format_step(step))]


def make_step(technique: type[Step], values: Mapping[str, Any]) -> Step:
    """A step from knob values (numbers or texts), each checked against its knob's range."""
    allowed = {knob.name: knob for knob in technique.knobs()}
    for name in values:
        if name not in allowed:
            raise unknown(f"knob of {technique.technique}", name, allowed)
    try:
        return technique.model_validate(dict(values))
    except ValidationError as error:
        raise UsageError(_refusal(technique, values, error)) from None


def only_effective(technique: type[Step], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the knobs that have an effect while the others stand at these values."""
    knobs = technique.knobs()
    stand = {knob.name: values.get(knob.name, knob.default) for knob in knobs}
    idle = {knob.name for knob in knobs if not knob.counts(stand)}
    return {name: value for name, value in values.items() if name not in idle}


def parse_step(text: str) -> Step:
    """A step from ``technique:knob=value,knob=value``; knobs left out take their defaults."""
    technique, values = split_step(text)
    return make_step(technique, values)


def split_step(text: str) -> tuple[type[Step], dict[str, str]]:
    """The technique and the raw knob texts of ``technique:knob=value,...``."""
    name, _, rest = text.strip().partition(":")
    if name not in TECHNIQUES:
        raise unknown("technique", name, TECHNIQUES)
    values: dict[str, str] = {}
    for part in filter(None, rest.split(",")):
        knob, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not knob or not value:
            raise UsageError(
                f"The step {text[:80]!r} is malformed at {part[:40]!r}: write "
                f"technique:knob=value,knob=value, as in {name}:{example_knob(TECHNIQUES[name])}."
            )
        if knob in values:
            raise UsageError(f"The step {text[:80]!r} sets {knob} twice: give it once.")
        values[knob] = value
    return TECHNIQUES[name], values


def format_step(step: Step) -> str:
    """The text that ``parse_step`` reads back to an equal step; defaults are left out."""
    changed = [
        f"{knob.name}={_number(value)}" if isinstance(value, float) else f"{knob.name}={value}"
        for knob in step.knobs()
        if (value := getattr(step, knob.name)) != knob.default
    ]
    return step.technique + (":" + ",".join(changed) if changed else "")


def _number(value: float) -> str:
    """As short as it may be without becoming another number."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def example_knob(technique: type[Step]) -> str:
    knob = technique.knobs()[0]
    return f"{knob.name}={knob.default}"


def _refusal(technique: type[Step], values: Mapping[str, Any], error: ValidationError) -> str:
    """What is wrong with one knob, or how several don't go together, in one sentence."""
    first = error.errors()[0]
    says = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"{technique.technique} can't be: {says}."
    name = str(first["loc"][0])
    knob = next(knob for knob in technique.knobs() if knob.name == name)
    given = short(values.get(name), 40)
    if knob.is_text and first["type"] == "value_error":
        return f"{technique.technique}:{name}={given} can't be: {says[:200]}."
    return f"{technique.technique}:{name}={given} can't be: {name} must be {knob.allowed}."
