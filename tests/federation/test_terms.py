"""Server and devices mean the same, or say in a sentence why not."""

from __future__ import annotations

import json

import pytest

from compression.errors import LabError, UsageError
from compression.federation.device import Device
from compression.federation.messages import Packet
from compression.federation.terms import CARRIED, Terms, read
from compression.recipe import Recipe
from compression.techniques.federated.knobs import Federate
from tests.federation.in_process import terms


def test_terms_are_read_as_they_were_written() -> None:
    of = terms(update="int4", skew=0.5)
    assert read(of.write()).recipe == of.recipe


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"protocol": 99}, "speaks protocol 99, this client 1"),
        ({"key": "0" * 16}, "the same version of the project"),
        ({"recipe": {"model": "digits/mlp", "steps": []}}, "one federate step"),
        ({"recipe": {"model": "digits/none", "steps": []}}, "There is no model"),
        ({"recipe": 7}, "A recipe names a model"),
    ],
)
def test_other_terms_are_refused_in_a_sentence(change, says: str) -> None:
    told = json.loads(terms().write()) | change
    with pytest.raises(LabError, match=says):
        read(json.dumps(told))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{}", '{"protocol": 1}'])
def test_what_is_no_terms_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(LabError, match="^What the server sent holds no terms: .*\\.$"):
        read(text)


def test_every_knob_is_carried_or_refused_where_it_is_moved() -> None:
    assert {*CARRIED} <= set(Federate.model_fields)
    for knob in Federate.knobs():
        if knob.name not in CARRIED:
            moved = next(value for value in knob.grid(3) if value != knob.default)
            needed = {name: values[0] for name, values in knob.when.items()}
            step = Federate(**{**needed, knob.name: moved})
            with pytest.raises(UsageError, match=f"^Only the simulation knows .*{knob.name}.*\\.$"):
                Terms(Recipe(model="digits/mlp", steps=(step,)))


@pytest.mark.parametrize("steps", [[], ["prune:sparsity=0.5"], ["federate", "quantize:bits=4"]])
def test_devices_learn_by_one_federate_step(steps: list[str]) -> None:
    with pytest.raises(UsageError, match="^Devices learn by one federate step: .*\\.$"):
        Terms(Recipe.build("digits/mlp", steps))


def test_there_are_as_many_clients_as_were_asked_for() -> None:
    with pytest.raises(UsageError, match="There is no client 2: .* from 0 to 1"):
        Device(terms(), 2)


def test_people_are_clients_on_devices_too() -> None:
    of = Terms(Recipe.build("watch/cnn1d", ["federate:split=people"]))
    device = Device(of, 5)
    assert device.hello().client == 5 and device.hello().examples > 0


def test_a_model_of_another_size_is_refused() -> None:
    with pytest.raises(LabError, match="has 3 numbers and this client's 2410"):
        Device(terms(), 0).train(Packet(True, (b"\0" * 12,), 0), 1, None)
