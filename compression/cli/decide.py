"""The ``decide`` command: which of the known points to take under the user's limits, with a verdict as exit code."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Optional

import typer

from compression.cli import console
from compression.cli.options import AtLeast, AtMost, Json, ModelId
from compression.decide import Decision, Question
from compression.decide import decide as answer
from compression.errors import UsageError, unknown
from compression.models.catalogue import model_card
from compression.point import METRICS, Point, headline_of
from compression.point.one_clock import on_one_clock
from compression.recipe import step_words
from compression.store import Store

Texts = Optional[list[str]]  # noqa: UP045 - typer reads this annotation on Python 3.10

TIES = 4
"""Ties that are named for people; ``--json`` has more."""

Guards = Annotated[
    Texts,
    typer.Option(
        "--guard", help="A bound on a side effect, as in flips=0.05 or ece=0.1; repeatable."
    ),
]
Worth = Annotated[
    Texts,
    typer.Option(
        "--worth", help="What a point of quality is worth, as in latency_ms=0.02; repeatable."
    ),
]


def decide(
    model: ModelId,
    lose: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            help="Points of quality that may be lost; 1 where nothing at all is asked for."
        ),
    ] = None,
    max: AtMost = None,
    min: AtLeast = None,
    guard: Guards = None,
    worth: Worth = None,
    device: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="It must fit there, and times are those there; as listed by `devices`."),
    ] = None,
    axis: Annotated[str, typer.Option(help="The cost that counts.")] = "size_bytes",
    json: Json = False,
) -> None:
    """Say which known point to take, and why: exit code 0 to take it, 1 if nothing will do, 3 if a person must look."""
    question = Question(
        model_card(model).id,
        lose=lose,
        limits=console.parse_limits(max or [], min or []),
        guards=parse_bounds(guard or [], "--guard"),
        device=device,
        worth=parse_bounds(worth or [], "--worth") or None,
        axis=axis,
    )
    found = decided(question)
    if json:
        console.show_document(document(found))
    else:
        console.show_fields(in_words(found), False)
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def decided(question: Question) -> Decision:
    """The answer among the points that this machine knows, their times on one clock."""
    store = Store.open()
    original = store.original(question.model)
    return answer(on_one_clock(store.known(question.model), original), original, question)


def parse_bounds(texts: Sequence[str], option: str) -> dict[str, float]:
    """Texts like ``flips=0.05`` to {metric: number}."""
    bounds: dict[str, float] = {}
    for text in texts:
        name, _, number = text.partition("=")
        name = name.strip()
        if name not in METRICS:
            raise unknown("metric", name, METRICS)
        if name in bounds:
            raise UsageError(
                f"{option} {text[:60]!r} can't be: {name} is given already, so give it once."
            )
        try:
            bounds[name] = float(number)
        except ValueError:
            bounds[name] = math.nan
        if not math.isfinite(bounds[name]):
            raise UsageError(f"{option} {text[:60]!r} needs a number, as in flips=0.05.")
    return bounds


def in_words(found: Decision) -> dict[str, str]:
    """What the command prints for people, a line each."""
    said = {"decision": found.claim, "verdict": found.verdict}
    said |= _numbered("because", found.reasons if found.choice else ())
    if found.choice is not None:
        said["figures"] = _figures(found.choice)
        said["binding limit"] = found.binding.said if found.binding else _unbound(found)
    said |= _numbered("headroom", [room.said for room in found.headroom])
    said |= _numbered("checked", [risk.said for risk in found.risks if risk.verdict == "pass"])
    runners = [f"{each.point.recipe.describe()}: {each.why_not}" for each in found.runners_up]
    said |= _numbered("runner-up", runners)
    if found.ties:
        named = "; ".join(point.recipe.describe() for point in found.ties[:TIES])
        said["ties with it"] = f"{len(found.tied_keys)}, the cheapest first: {named}"
    told = {found.binding.said} if found.binding else set()
    changes = [each.said for each in found.would_change if each.said not in told]
    said |= _numbered("would change it", changes)
    said["trust"] = found.trust
    if found.choice is not None and found.choice.recipe.steps:
        said["make it"] = shlex.join(making(found.choice))
    return said | {"ask again": found.question.command}


def making(point: Point) -> list[str]:
    """The command that writes the point's model to a file."""
    recipe = point.recipe
    seed = ["--seed", str(recipe.seed)] if recipe.seed else []
    steps = [*step_words(recipe.steps), *seed]
    return ["python", "-m", "compression", "export", recipe.model, *steps, "-o", "model.packed"]


def document(found: Decision) -> dict[str, Any]:
    """What ``--json`` prints of a decision."""
    miss, binding = found.closest_miss, found.binding
    return {
        "question": found.question.document(),
        "verdict": found.verdict,
        "claim": found.claim,
        "reasons": list(found.reasons),
        "choice": _point(found.choice),
        "binding": None if binding is None else {**_plain(binding), "point": _point(binding.point)},
        "headroom": [_plain(room) for room in found.headroom],
        "risks": [_plain(risk) for risk in found.risks],
        "runners_up": [
            {**_short(each.point), "why_not": each.why_not} for each in found.runners_up
        ],
        "ties": [_short(point) for point in found.ties],
        "tied": len(found.tied_keys),
        "would_change": [
            {"said": each.said, **({} if each.point is None else _short(each.point))}
            for each in found.would_change
        ],
        "closest_miss": None if miss is None else {**_short(miss.point), "by": list(miss.by)},
        "trust": found.trust,
        "chosen_by": found.chosen_by,
        "considered": found.considered,
        "allowed": found.allowed,
        "command": found.question.command,
    }


def _numbered(name: str, texts: Sequence[str]) -> dict[str, str]:
    if len(texts) == 1:
        return {name: texts[0]}
    return {f"{name} {number}": text for number, text in enumerate(texts, start=1)}


def _unbound(found: Decision) -> str:
    return "none: no known point outside one limit alone would be better"


def _figures(point: Point) -> str:
    known = [m for m in headline_of(point.recipe.model) if point.value(m.field) is not None]
    return ", ".join(f"{metric.label.lower()} {point.text(metric.field)}" for metric in known)


def _plain(value: Any) -> dict[str, Any]:
    return {name: part for name, part in asdict(value).items() if name != "point"}


def _short(point: Point) -> dict[str, Any]:
    return {"key": point.key, "recipe": point.recipe.describe()}


def _point(point: Point | None) -> dict[str, Any] | None:
    return None if point is None else console.point_document(point)
