"""Every lesson on the bundled points: all its figures are found, none is typed, and it is whole."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from compression.errors import UsageError
from compression.lessons import LESSONS, lesson, lessons, question_of, resolved
from compression.lessons.figures import PLACE, Figures
from compression.lessons.guesses import checked
from compression.lessons.shipped import shipped
from compression.models.catalogue import MODELS
from compression.techniques import TECHNIQUES
from pages.parts.form.glossary import MARKED, terms

every = pytest.mark.parametrize("name", LESSONS)
SILENT = (
    "id",
    "technique",
    "also",
    "kind",
    "model",
    "points",
    "papers",
    "ref",
    "right",
    "truth",
    "picture",
    "named",
)
"""Parts of a file that are no prose."""


def prose(part: Any) -> Iterator[str]:
    """The texts that somebody reads, as they are written."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, inside in part.items():
            if name not in (*SILENT, "source", "steps_of_the_lab", "style", "ticks"):
                yield from prose(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from prose(inside)


def texts(name: str) -> list[str]:
    told = json.loads(lesson(name).model_dump_json())
    told["lab"].pop("steps")
    for group in (told["predict"].get("picture") or {}).get("groups", ()):
        group.pop("low", None)
    return [*prose(told), *prose({"p": (told["predict"].get("picture") or {}).get("groups", [])})]


@every
def test_no_figure_is_typed(name: str) -> None:
    """Digits stand only within the braces of a figure that is looked up; a network's own name is one, too."""
    typed = [text for text in texts(name) if re.search(r"\d", PLACE.sub("", text))]
    assert typed == []


@every
def test_all_its_figures_are_found_in_the_bundled_points(name: str) -> None:
    told = json.dumps(resolved(name))
    assert not re.search(r"\{[a-z][\w]*\.[\w.]+\}", told)
    assert not re.search(r"\b(None|nan|NaN|not measured)\b", told)


@every
def test_it_has_all_that_a_lesson_has(name: str) -> None:
    told = resolved(name)
    assert all(
        told[part]
        for part in ("title", "question", "who", "story", "reveal", "steps", "take", "papers")
    )
    replies = told["check"]["replies"]
    assert len(replies) >= 3
    assert sum(reply["right"] for reply in replies) == 1
    assert all(len(reply["answer"]) > 30 for reply in replies)
    assert {source["how"] for source in told["sources"]} == {"bundled"}


@every
def test_every_moment_shows_something_in_each_panel_or_nothing_yet(name: str) -> None:
    for steps in resolved(name)["steps"]:
        assert len(steps["frames"]) >= 3
        assert all(
            frame["say"] and len(frame["show"]) == len(steps["panels"]) for frame in steps["frames"]
        )


@every
def test_beside_each_picture_stand_two_sentences(name: str) -> None:
    told = lesson(name)
    for text in (told.reveal, *(steps.say for steps in told.steps)):
        assert (
            1 <= len(re.findall(r"[.?!](?:\s|$)", PLACE.sub("x", text).replace("...", ""))) <= 3
        ), text


@every
def test_its_sentences_are_short_enough_for_sixteen_year_olds(name: str) -> None:
    """Words a sentence, a figure being one: 25 are where texts for adults begin to be called hard."""
    whole = ". ".join(PLACE.sub("x", text).replace("...", "") for text in texts(name))
    words = [
        len(sentence.split())
        for sentence in re.split(r"[.?!:;](?:[”\s]|$)", whole)
        if sentence.strip()
    ]
    assert sum(words) / len(words) <= 15
    assert max(words) <= 40


@every
def test_its_terms_are_in_the_glossary(name: str) -> None:
    assert {term.lower() for term in MARKED.findall(json.dumps(resolved(name)))} <= set(terms())


@every
def test_what_the_lab_opens_with_was_measured(name: str) -> None:
    lab = resolved(name)["lab"]
    figures = Figures(lesson(name), shipped)
    assert figures.measured(lab["model"], lab["steps"]).quality


def test_there_is_one_for_each_technique_and_four_challenges() -> None:
    kinds = [each.kind for each in lessons()]
    assert (kinds.count("technique"), kinds.count("challenge")) == (5, 4)
    taught = {name for each in lessons() for name in (each.technique, *each.also)}
    assert taught == set(TECHNIQUES)
    assert all(each.model in MODELS for each in lessons())


def test_a_figure_changes_with_the_point_it_is_of() -> None:
    """An oracle by hand: another accuracy in the store is another accuracy in the text."""

    def changed(model: str) -> dict[str, Any]:
        points = dict(shipped(model))
        found = Figures(lesson("quantization"), shipped).point("nearest2")
        other = found.measurements["accuracy"].model_copy(
            update={"value": 0.4321, "low": 0.43, "high": 0.434}
        )
        points[found.key] = found.model_copy(
            update={"measurements": {**found.measurements, "accuracy": other}}
        )
        return points

    assert "43.2 %" in resolved("quantization", changed)["reveal"]
    assert "43.2 %" not in resolved("quantization")["reveal"]


def test_an_unknown_lesson_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="did you mean pruning"):
        resolved("prunning")


def test_a_lesson_without_its_point_says_which_is_missing() -> None:
    with pytest.raises(UsageError, match="has not been measured"):
        question_of("pruning", lambda model: {}) and resolved("pruning", lambda model: {})


@pytest.mark.parametrize("given", [float("nan"), float("inf"), -1, "80", None, True, [1], {"a": 1}])
def test_a_guess_that_is_no_number_is_refused(given: Any) -> None:
    with pytest.raises(UsageError, match="A guess here"):
        checked(lesson("pruning"), given)


@pytest.mark.parametrize("given", [[1, 2], [1, 2, 3, float("nan")], "<b>", [1, 2, 3, 1e9], 5])
def test_a_guess_that_is_no_curve_is_refused(given: Any) -> None:
    with pytest.raises(UsageError, match="A guess here"):
        checked(lesson("quantization"), given)


def test_a_choice_is_one_of_those_there_are() -> None:
    assert checked(lesson("slicing"), "slower") == "slower"
    with pytest.raises(UsageError, match="faster, level, slower"):
        checked(lesson("slicing"), "<img src=x>")


def test_lessons_need_no_torch() -> None:
    import subprocess

    code = "import sys; from compression.lessons import resolved; resolved('hardware'); print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
