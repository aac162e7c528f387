"""Every term that a hint uses is explained, once, and every value of every knob has a name of its own."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from compression.techniques import TECHNIQUES
from compression.techniques.step import Knob, Step
from pages.parts.form import glossary
from tests.opened import ROOT, alone

CHOICES = [
    (technique, knob)
    for technique in TECHNIQUES.values()
    for knob in technique.knobs()
    if knob.choices
]
choices = pytest.mark.parametrize(
    ("technique", "knob"), CHOICES, ids=[f"{t.technique}.{k.name}" for t, k in CHOICES]
)
EXPLAINED = ("score", "repair", "method")
"""Knobs whose every value is a term of the field."""


@choices
def test_every_value_of_a_knob_has_a_name_beside_the_term(
    technique: type[Step], knob: Knob
) -> None:
    shown = [glossary.named(technique, knob, value) for value in knob.choices]
    assert len(set(shown)) == len(shown)
    for value, name in zip(knob.choices, shown, strict=True):
        plain = name.removesuffix(f" ({value})")
        assert name != value and plain and plain != value


@choices
def test_the_methods_of_the_field_are_explained(technique: type[Step], knob: Knob) -> None:
    if knob.name in EXPLAINED:
        assert [value for value in knob.choices if value not in glossary.terms()] == []
    told = glossary.knob_hint(technique, knob, "x")
    assert told.startswith(knob.help)
    assert all(glossary.terms()[v] in told for v in knob.choices if v in glossary.terms())


@pytest.mark.parametrize("technique", TECHNIQUES.values(), ids=lambda each: each.technique)
def test_a_term_in_a_knobs_help_is_explained_below_it_once(technique: type[Step]) -> None:
    for knob in technique.knobs():
        told = glossary.knob_hint(technique, knob, "x")
        for term in glossary.concepts_in(f"{knob.help} {knob.label}"):
            assert told.count(glossary.terms()[term]) == 1, (knob.name, term)


def test_the_longer_of_two_terms_is_meant() -> None:
    assert glossary.concepts_in("Calibration images, then activation bits and knees.") == [
        "calibration images",
        "activation bits",
        "knee",
    ]
    assert glossary.concepts_in("None at random; the kneecap.") == []


def test_every_term_of_a_hint_is_in_the_glossary() -> None:
    sources = [file.read_text("utf-8") for file in (ROOT / "pages").rglob("*.py")]
    used = {term.lower() for text in sources for term in glossary.MARKED.findall(text)}
    assert "pareto front" in used
    assert used - glossary.terms().keys() == set()


def test_a_term_is_explained_once_in_one_or_two_sentences() -> None:
    found = Counter(
        name.lower() for name, _ in glossary.TERM.findall(glossary.FILE.read_text("utf-8"))
    )
    assert len(found) > 30 and max(found.values()) == 1
    for term, text in glossary.terms().items():
        plain = re.sub(r"\(?\[.+?\]\(.+?\)\)?", "", text)
        assert 1 <= len(re.findall(r"[.:;](?:\s|$)", plain)) <= 4, term
        assert len(plain) < 220, term


def test_a_hint_explains_its_terms_below_it() -> None:
    told = glossary.hint("The [[knee]] of the [[Pareto front]].")
    assert told.startswith("The knee of the Pareto front.\n\n**knee**: Where a front bends")
    with pytest.raises(KeyError):
        glossary.hint("The [[unheard-of]].")


def test_the_form_shows_names_and_the_address_keeps_the_terms() -> None:
    test = alone("quantization", method="gptq")
    assert test.selectbox(key="method").value == "gptq"
    assert "make up for errors (gptq)" in test.selectbox(key="method").options
    assert test.query_params["method"] in ("gptq", ["gptq"])
