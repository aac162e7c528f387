"""What the words around the plots mean: the legend's, from the glossary, and the techniques', from their steps."""

from __future__ import annotations

from functools import cache

from pages.parts.faces import FACES
from pages.parts.form.glossary import plain

TERMS = (
    "original",
    "chain",
    "bundled",
    "measured here",
    "modelled",
    "measured elsewhere",
    "Pareto front",
    "perhaps on the front",
    "points lost",
    "breaks a limit",
    "take this",
    "tie",
)


@cache
def hints() -> dict[str, str]:
    """By what `assets/plots` calls a term, or by a sign's label."""
    techniques = {face.sign.label: face.step.summary for face in FACES.values()}
    return {**techniques, **{term: plain(term) for term in TERMS}}
