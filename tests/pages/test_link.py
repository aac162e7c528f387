"""Addresses: knobs that don't go together get a sentence, and what is unknown is named; no page breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any

import pytest

from compression.errors import UsageError
from compression.recipe import Recipe, make_step, only_effective
from compression.techniques.step import Knob
from pages.parts.faces import FACES
from pages.parts.form.link import FREE, MOST, NUMBERS, link_notes
from tests.opened import alone

MODEL = "digits/cnn"


def values(knob: Knob) -> tuple[Any, ...]:
    if knob.choices or knob.values:
        return knob.choices or (knob.values[0], knob.values[-1])
    return (knob.default,) if knob.low is None else (knob.low, knob.high)


def pairs(name: str) -> Iterator[Mapping[str, Any]]:
    """Two knobs at their ends or choices, with what they need so as to count; the others at their defaults."""
    knobs = FACES[name].step.knobs()
    for one, other in combinations(knobs, 2):
        needed = {n: wanted[0] for knob in (one, other) for n, wanted in knob.when.items()}
        stand = {knob.name: knob.default for knob in knobs} | needed
        for value, another in product(values(one), values(other)):
            yield stand | {one.name: value, other.name: another}


def refusal(name: str, stand: Mapping[str, Any]) -> str:
    """Why the form can't ask for this; empty if it can, in words and with all that a page looks up of a recipe."""
    step = FACES[name].step
    try:
        recipe = Recipe.build(MODEL, [make_step(step, only_effective(step, stand))])
    except UsageError as error:
        return str(error)
    return "" if recipe.key and recipe.describe() and recipe.untrained.key else "nothing"


REFUSED = {
    (name, said): stand for name in FACES for stand in pairs(name) if (said := refusal(name, stand))
}
"""All that is refused, with one pair of knobs for each sentence."""


@pytest.mark.parametrize(("name", "said"), REFUSED)
def test_knobs_that_do_not_go_together_get_a_sentence(name: str, said: str) -> None:
    stand = REFUSED[name, said]
    test = alone(
        FACES[name].address, model=MODEL, **{k: str(v) for k, v in stand.items() if v != ""}
    )
    assert not test.exception
    assert [warning.value for warning in test.warning] == [said]
    assert said.endswith(".") and not test.error


def test_pairs_that_do_not_go_together_are_among_those_tested() -> None:
    assert any("exponent and mantissa" in said for _, said in REFUSED)
    assert any("rewind" in said and "2:4" in said for _, said in REFUSED)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"bits": "99"}, "`bits=99` is not one of 1, 1.58, 2,"),
        ({"method": "foo"}, "`method=foo` is not one of nearest,"),
        ({"exponent": "0"}, "`exponent=0` is not a whole number from 1 to 8"),
        ({"exponent": "nan"}, "`exponent=nan` is not a whole number"),
        ({"layers": "fc=99"}, "`layers=fc=99` is not a text"),
        ({"model": "nope"}, "`model=nope` is not one of fashion-mnist/"),
        ({"data": "nope"}, "`data=nope` is not one of fashion-mnist"),
        ({"scale": "sideways"}, "`scale=sideways` is not one of log, linear"),
        ({"x1": "price"}, "`x1=price` is none of the "),
        ({"device": "Raspbery Pi"}, "`device=Raspbery Pi` is none of the "),
        ({"details": "Secrets"}, "`details=Secrets` is not one of About"),
        ({"colour": "red"}, "`colour=red` is nothing that this page knows"),
        ({"`a\0": "\u202e[x](y)"}, "`?a?=?[x](y)` is nothing that this page knows"),
        ({"q": "x" * 9_000}, f"`q={'x' * 37}…` is nothing"),
    ],
)
def test_what_is_unknown_in_an_address_is_named(params: dict[str, str], said: str) -> None:
    [note] = link_notes(params, FACES["quantize"], ("About", "Method"))
    assert note.text.startswith(said)


def test_of_many_devices_the_closest_few_are_named() -> None:
    [note] = link_notes({"device": "raspberry pi 6"}, FACES["quantize"], ())
    assert note.text.count(",") < 8 and "Raspberry Pi 5" in note.text.partition("closest come")[2]


@pytest.mark.parametrize("name", FACES)
def test_what_a_page_writes_into_its_address_is_known(name: str) -> None:
    face = FACES[name]
    for knob in face.step.knobs():
        for value in values(knob):
            text = f"{value:g}" if isinstance(value, (int, float)) else value
            assert link_notes({knob.name: text}, face, ()) == []
    others = {
        "model": MODEL,
        "data": "digits",
        "x1": "Memory",
        "scale": "linear",
        "details": "About",
    }
    assert (
        link_notes(others | {"then-bits": "3", "sweep": "1", "selected": "2"}, face, ("About",))
        == []
    )


def notes(test: Any) -> str:
    return " ".join(c.value for c in test.caption if c.value.startswith("In the address"))


def test_a_note_says_what_is_shown_and_goes_when_that_does() -> None:
    test = alone("quantization", model=MODEL, bits="99", repair="foo")
    assert "16: 4 is shown." in notes(test) and "`repair=foo` is nothing" in notes(test)
    test.select_slider(key="bits").set_value(3).run()
    assert "bits=99" not in notes(test)


def test_an_address_of_rubbish_gets_few_notes_and_an_unknown_model_gets_one() -> None:
    test = alone("trade-offs", model="nope", **{f"rubbish{i}": "x" for i in range(50)})
    assert "watch/gru: fashion-mnist/resnet8 is shown." in notes(test)
    assert "`model=nope`" in notes(test) and notes(test).count("nothing that") == MOST - 1
    assert test.selectbox(key="model").value == "fashion-mnist/resnet8"


@pytest.mark.parametrize("name", FACES)
def test_no_knob_is_called_as_a_part_of_every_address(name: str) -> None:
    knobs = {knob.name for knob in FACES[name].step.knobs()}
    assert not knobs & {"data", "model", "details", *FREE, *NUMBERS}
