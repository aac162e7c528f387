"""The one glossary, `assets/explain/glossary.md`: what a term means, what a knob's value is called, hints of both."""

from __future__ import annotations

import re
from functools import cache

from compression.techniques.step import Knob, Step
from pages.techniques.face import TEXTS

FILE = TEXTS / "glossary.md"
TERM = re.compile(r"^\*\*(.+?)\*\*: (.+)$", re.MULTILINE)
VALUE = re.compile(r"^- ([\w-]+)\.(\w+)=(\S+): (.+)$", re.MULTILINE)
MARKED = re.compile(r"\[\[([\w -]+)\]\]")
"""A term in a hint, as in ``[[knee]]s of the [[Pareto front]]``."""
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@cache
def terms() -> dict[str, str]:
    """What each term means, by its name in small letters."""
    return {name.lower(): text for name, text in TERM.findall(FILE.read_text("utf-8"))}


@cache
def names() -> dict[tuple[str, str, str], str]:
    """What the values of knobs are called, by technique, knob and value."""
    found = VALUE.findall(FILE.read_text("utf-8"))
    return {(technique, knob, value): name for technique, knob, value, name in found}


@cache
def concepts() -> frozenset[str]:
    """The terms that are no value of a knob: in a knob's help they mean what the glossary says."""
    return frozenset(terms()) - {value for _, _, value in names()}


def concepts_in(text: str) -> list[str]:
    """Those that a text speaks of, in its order; of one within another the longer alone."""
    longest = sorted(concepts(), key=len, reverse=True)
    found = re.findall(rf"\b(?:{'|'.join(map(re.escape, longest))})s?\b", text.lower())
    return list(dict.fromkeys(term if term in concepts() else term[:-1] for term in found))


def named(technique: type[Step], knob: Knob, value: str) -> str:
    """A value's name with the field's term beside it: ``keep each layer's outputs (refit)``."""
    name = names().get((technique.technique, knob.name, value))
    return value if name is None else f"{name} ({value})"


def plain(term: str) -> str:
    """What a term means where no link can stand: a source is named, without its address."""
    return LINK.sub(r"\1", terms()[term.lower()])


def hint(text: str) -> str:
    """A text in which the terms in double brackets are explained below it."""
    asked = dict.fromkeys(MARKED.findall(text))
    told = [f"**{term}**: {terms()[term.lower()]}" for term in asked]
    return "\n\n".join([MARKED.sub(r"\1", text), *told])


def knob_hint(technique: type[Step], knob: Knob, default: str) -> str:
    """The knob's own help, its default, and what its values, or its label, mean."""
    asked = {value: named(technique, knob, value) for value in knob.choices} or {
        knob.label: knob.label
    }
    asked |= {
        term: term
        for term in concepts_in(f"{knob.label} {knob.help}")
        if term not in {label.lower() for label in asked}
    }
    told = [
        f"- *{name}*: {terms()[t.lower()]}" for t, name in asked.items() if t.lower() in terms()
    ]
    lines = "\n".join(told)
    return f"{knob.help} Default: {default}." + (f"\n\n{lines}" if lines else "")
