"""A chain as the parts of an address, and back. Pure text.

``bits=3`` alone is one step of the page's own technique; ``chain=prune-channels_ratio_0.3~quantize&bits=3`` are two,
of which the last is in the form. Letters, digits and ``-._~`` are all that no browser and no mail program rewrites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from compression.recipe import MAX_STEPS, make_step
from compression.techniques import TECHNIQUES
from compression.techniques.step import Step
from pages.parts.form.address import is_possible, read_value, said
from pages.parts.form.chain import Chain, Stand, last_of

CHAIN, CHIP, SEED = "chain", "chip", "seed"
PAGE = "page"
"""The page that is jumped to: `assets/plots/history.js` then leaves the address of the one before alone."""

OLD = "then"
OLDER = {"pruning": ("prune", "sparsity"), "quantization": ("quantize", "bits")}
"""What older links add after the page's own step: ``then=quantization&then-bits=3``."""

LARGEST_SEED = 2**31 - 1

Params = Mapping[str, Sequence[str]]
"""All values of each part of an address."""


def written(chain: Chain, page: type[Step]) -> dict[str, str]:
    """The parts of a page's address that ask for this chain; none for the page's technique as it usually stands."""
    parts = _texts(chain.selected)
    if len(chain.stands) > 1 or chain.selected.technique is not page:
        steps = (_step(stand, n == chain.at) for n, stand in enumerate(chain.stands))
        parts[CHAIN] = "~".join(steps)
    if chain.at != last_of(chain.stands, page):
        parts[CHIP] = str(chain.at + 1)
    if chain.seed:
        parts[SEED] = str(chain.seed)
    return parts


@cache
def own_names() -> frozenset[str]:
    """The parts of an address that speak of chains and knobs, whatever the page."""
    knobs = {knob.name for technique in TECHNIQUES.values() for knob in technique.knobs()}
    return frozenset(
        {CHAIN, CHIP, SEED, PAGE, OLD, *(f"{OLD}-{k}" for _, k in OLDER.values()), *knobs}
    )


def read(params: Params, page: type[Step]) -> tuple[Chain, list[str]]:
    """The chain that an address asks for on a page, and what of it can't be, in words.

    What can't be is left out, and a knob then stands at its default. Of the step in the form the knobs are told by
    `link_notes`.
    """
    wrong: list[str] = []
    text = _one(params, CHAIN)
    stands = _stands(text, wrong) if text else (Stand.usual(page), *_older(params, wrong))
    if len(stands) > MAX_STEPS:
        wrong.append(f"`chain` has {len(stands)} steps: the first {MAX_STEPS} are shown")
        stands = stands[:MAX_STEPS]
    stands = stands or (Stand.usual(page),)
    chip = _one(params, CHIP)
    is_there = chip.isdecimal() and len(chip) < 4 and 1 <= int(chip) <= len(stands)
    if chip and not is_there:
        wrong.append(f"{said(CHIP, chip)} is not a step of this chain")
    at = int(chip) - 1 if is_there else last_of(stands, page)
    chain = Chain(tuple(stands), at, _seed(params, wrong))
    bare = {n: _one(params, n) for n in chain.selected.values if n in params}
    return chain.moved(_values(chain.selected.technique, bare, [])), wrong


def _texts(stand: Stand) -> dict[str, str]:
    """The knobs that have an effect and are not where they usually stand."""
    usual = {knob.name: knob.default for knob in stand.technique.knobs()}
    return {n: _text(value) for n, value in stand.effective.items() if value != usual[n]}


def _text(value: Any) -> str:
    """A number as short as it may be without becoming another one."""
    if not isinstance(value, float):
        return str(value)
    brief = f"{value:g}"
    return brief if float(brief) == value else repr(value)


def _step(stand: Stand, is_selected: bool) -> str:
    """A technique, then names and values in turn; those of the step in the form have parts of their own."""
    values = {} if is_selected else _texts(stand)
    words = (part for name, value in values.items() for part in (name, _escaped(value)))
    return "_".join((stand.technique.technique, *words))


def _escaped(value: str) -> str:
    return quote(value, safe="").replace("_", "%5F").replace("~", "%7E")


def _stands(text: str, wrong: list[str]) -> tuple[Stand, ...]:
    stands = []
    for step in text.split("~"):
        name, _, rest = step.partition("_")
        if name not in TECHNIQUES:
            wrong.append(
                f"{said('chain', name)} is no technique: choose of {', '.join(TECHNIQUES)}"
            )
            continue
        technique = TECHNIQUES[name]
        given = dict(_named(rest, technique))
        bare = [knob for knob, value in given.items() if value is None]
        wrong += [f"{said(name, knob)} names a knob without a value" for knob in bare]
        values = _values(
            technique, {n: unquote(v) for n, v in given.items() if v is not None}, wrong
        )
        usual = Stand.usual(technique)
        stands.append(Stand(technique, {**usual.values, **values}))
    return tuple(stands)


def _named(text: str, technique: type[Step]) -> Iterator[tuple[str, str | None]]:
    """Knobs and their values in a step's text. Values have no ``_`` of their own, but names such as ``cap_kb`` do."""
    names = sorted((knob.name for knob in technique.knobs()), key=len, reverse=True)
    while text:
        known = (name for name in names if f"{text}_".startswith(f"{name}_"))
        name = next(known, text.partition("_")[0])
        value, _, after = text[len(name) + 1 :].partition("_")
        yield name, value if len(text) > len(name) else None
        text = after


def _values(technique: type[Step], given: Mapping[str, str], wrong: list[str]) -> dict[str, Any]:
    knobs = {knob.name: knob for knob in technique.knobs()}
    values = {}
    for name, text in given.items():
        knob = knobs.get(name)
        if knob is None:
            wrong.append(f"{said(name, text)} is no knob of {technique.technique}")
        elif not is_possible(technique, knob, text):
            wrong.append(f"{said(name, text)} is not {knob.allowed}")
        elif knob.is_text:
            values[name] = getattr(make_step(technique, {name: text}), name)
        else:
            values[name] = read_value(knob, text)
    return values


def _older(params: Params, wrong: list[str]) -> tuple[Stand, ...]:
    """The steps that an older link adds, in the order that its page had."""
    chosen = params.get(OLD, ())
    stands = []
    for word, (technique, knob) in OLDER.items():
        if word in chosen:
            step = TECHNIQUES[technique]
            given = _one(params, f"{OLD}-{knob}")
            values = _values(step, {knob: given} if given else {}, wrong)
            stands.append(Stand(step, {**Stand.usual(step).values, **values}))
    return tuple(stands)


def _seed(params: Params, wrong: list[str]) -> int:
    text = _one(params, SEED)
    if not text:
        return 0
    if text.isdecimal() and len(text) <= 10 and int(text) <= LARGEST_SEED:
        return int(text)
    wrong.append(f"{said(SEED, text)} is not a whole number from 0 to {LARGEST_SEED}")
    return 0


def _one(params: Params, name: str) -> str:
    values = params.get(name, ())
    return values[-1] if values else ""
