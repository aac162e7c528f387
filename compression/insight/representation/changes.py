"""What changed between a model and what a recipe made of it: answers, classes, certainty, and what each layer sees."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compression.deploy.deploy import deploy
from compression.errors import UsageError
from compression.insight.made import made
from compression.insight.pictures import picture
from compression.insight.representation.calibration import fitted_temperature, reliability
from compression.insight.representation.changed_answers import compared, most_surprising
from compression.insight.representation.figures import figures
from compression.insight.representation.layers import Views, views
from compression.insight.representation.similarity import effective_rank, linear_cka
from compression.measure.answers import probabilities_of
from compression.models.answers import answers_of
from compression.models.compressed import Compressed
from compression.models.rounded_activations import rounding
from compression.recipe import Recipe
from compression.subjects import Subject
from datasets import Split

Logits = NDArray[np.float32]
SEEN = 500
"""Validation examples that the layers are shown: as many rows as a Gram matrix has."""
PICTURES = 12
BATCH_SIZE = 128
NOT_NUMBERS = (
    "This model answers what is not a number to some examples, so there is nothing to compare."
)


def changes(
    subject: Subject,
    recipe: Recipe,
    kept: str = "",
    beside: Recipe | None = None,
    beside_kept: str = "",
) -> dict[str, Any]:
    """The compressed model beside its original, or what another recipe makes: answers over the whole test set, layers
    by 500 validation examples.

    A layer's ``cka`` says how alike both see these, against the one of its name, or of another network the one most
    like it; ``rank`` is in how many directions it sees them. The temperature is fitted on validation and judged on
    the test set.
    """
    model, test = made(subject, recipe, kept), subject.data.test
    other = None if beside is None else made(subject, beside, beside_kept)
    before = _original_logits(subject) if other is None else _logits(other, test)
    after = _logits(model, test)
    answers = compared(
        answers_of(before), answers_of(after), test.labels, len(subject.card.data.classes)
    )
    theirs = _original_views(subject) if other is None else _views(subject, other)
    ours = _views(subject, model)
    is_other = model.student != ("" if other is None else other.student)
    hidden = linear_cka(theirs.hidden, ours.hidden)
    validation = subject.data.validation
    temperature = fitted_temperature(_logits(model, validation), validation.labels)
    compressed = _certainty(after, test)
    return {
        "classes": list(subject.card.data.classes),
        **answers,
        "certainty": {
            "original": _certainty(before, test),
            "compressed": compressed,
            "mended": {**_certainty(after, test, temperature), "temperature": temperature},
        },
        "layers": _layers(theirs, ours, is_other=is_other),
        "hidden_cka": hidden,
        "logit_distance": distance(before, after),
        "flips": _flips(before, after, test, subject.card.data.input_range),
        "figures": figures(answers, compressed["ece"], hidden) if other is None else {},
    }


def guards(subject: Subject, recipe: Recipe, kept: str = "") -> dict[str, Any]:
    """Only the figures that limits are set on: a fraction of the time, for many points one after the other."""
    model, test = made(subject, recipe, kept), subject.data.test
    before, after = _original_logits(subject), _logits(model, test)
    answers = compared(
        answers_of(before), answers_of(after), test.labels, len(subject.card.data.classes)
    )
    ece = reliability(after, test.labels).ece
    hidden = linear_cka(_original_views(subject).hidden, _views(subject, model).hidden)
    return {"figures": figures(answers, ece, hidden)}


def distance(before: Logits, after: Logits) -> float:
    """How far the logits moved as a share of their own spread, over all examples: 0 is nowhere.

    What is the same for all classes of an example makes no difference to its answer, and is left out.
    """
    one, other = (each.astype(np.float64) - each.mean(1, keepdims=True) for each in (before, after))
    size = float(np.linalg.norm(one))
    return float(np.linalg.norm(one - other)) / size if size > 0 else 0.0


def _certainty(logits: Logits, split: Split, temperature: float = 1.0) -> dict[str, Any]:
    found = reliability(logits, split.labels, temperature)
    return {
        "ece": found.ece,
        "counts": list(found.counts),
        "confidence": list(found.confidence),
        "accuracy": list(found.accuracy),
    }


def _layers(theirs: Views, ours: Views, *, is_other: bool) -> list[dict[str, Any]]:
    rows = []
    for name, mine in ours.by_layer.items():
        if not is_other and name in theirs.by_layer:
            partner = name
        else:
            alike = {each: linear_cka(mine, theirs.by_layer[each]) for each in theirs.by_layer}
            partner = max(alike, key=lambda each: alike[each])
        before = theirs.by_layer[partner]
        rows.append(
            {
                "name": name,
                "partner": partner,
                "cka": linear_cka(before, mine),
                "rank": {"before": effective_rank(before), "after": effective_rank(mine)},
            }
        )
    return rows


def _flips(
    before: Logits, after: Logits, test: Split, ends: tuple[float, float] | None
) -> list[dict[str, Any]]:
    """The flipped examples that both models were surest of, with what each says of them and how surely."""
    one, other = probabilities_of(before), probabilities_of(after)
    return [
        {
            **picture(test.inputs[row], ends),
            "label": int(test.labels[row]),
            "before": {"said": int(one[row].argmax()), "sure": round(float(one[row].max()), 3)},
            "after": {"said": int(other[row].argmax()), "sure": round(float(other[row].max()), 3)},
        }
        for row in most_surprising(one, other, test.labels, PICTURES)
    ]


def _logits(model: Compressed, split: Split) -> Logits:
    """[N, classes] as its exact deployment computes them, which is what its accuracy is measured of."""
    session = deploy(model).exact_session()
    name = session.get_inputs()[0].name
    starts = range(0, len(split), BATCH_SIZE)
    parts = [session.run(None, {name: split.inputs[at : at + BATCH_SIZE]})[0] for at in starts]
    logits = np.concatenate(parts)
    if not np.isfinite(logits).all():
        raise UsageError(NOT_NUMBERS)
    return logits


def _views(subject: Subject, model: Compressed) -> Views:
    seen = subject.data.validation.stratified(SEEN)
    return views(rounding(model).eval(), seen.inputs)


@lru_cache(maxsize=16)
def _original_logits(subject: Subject) -> Logits:
    return _logits(subject.original.folded, subject.data.test)


@lru_cache(maxsize=16)
def _original_views(subject: Subject) -> Views:
    """Of the folded original, as compressed models are: ten matrices of 2 MB."""
    return _views(subject, subject.original.folded)
