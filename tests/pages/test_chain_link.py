"""A chain and its address: what one writes the other reads, whatever the steps, knobs, place and seed."""

from __future__ import annotations

import random
from urllib.parse import parse_qs, urlencode

import pytest

from compression.errors import UsageError
from compression.recipe import MAX_STEPS, Recipe, make_step, only_effective, parse_step
from compression.techniques import TECHNIQUES
from compression.techniques.distillation.knobs import Distill
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.step import Knob, Step
from pages.parts.form import chain_link
from pages.parts.form.chain import Chain, Stand

TEXTS = {
    "layers": ["", "conv1=8;block_1.conv~2=4"],
    "widths": ["", "conv1=12;a_b~c=8"],
    "student": ["cnn-w4", "previous", "self"],
    "teacher": ["previous", "digits/mlp+previous"],
}


def drawn(knob: Knob, chance: random.Random) -> object:
    if knob.is_text:
        return chance.choice(TEXTS.get(knob.name, [knob.default]))
    return chance.choice(knob.grid())


def a_stand(chance: random.Random) -> Stand:
    """Any technique with knobs that go together."""
    technique = chance.choice(list(TECHNIQUES.values()))
    while True:
        values = {knob.name: knob.default for knob in technique.knobs()}
        for knob in chance.sample(technique.knobs(), 4):
            values[knob.name] = drawn(knob, chance)
        effective = only_effective(technique, values)
        try:
            return Stand.of(make_step(technique, effective))
        except UsageError:
            continue


def a_chain(chance: random.Random) -> Chain:
    stands = tuple(a_stand(chance) for _ in range(chance.randint(1, 5)))
    return Chain(stands, chance.randrange(len(stands)), chance.choice([0, 0, 7, 2**31 - 1]))


@pytest.mark.parametrize("seed", range(150))
def test_what_is_written_is_read_again(seed: int) -> None:
    chance = random.Random(seed)
    chain, page = a_chain(chance), chance.choice(list(TECHNIQUES.values()))
    query = urlencode(chain_link.written(chain, page))
    again, wrong = chain_link.read(parse_qs(query, keep_blank_values=True), page)
    assert wrong == []
    assert again == chain


def test_an_address_is_short_and_readable() -> None:
    steps = ["prune-channels:ratio=0.3", "quantize:bits=3"]
    chain = Chain.of(Recipe.build("digits/cnn", steps), Quantize)
    written = chain_link.written(chain, Quantize)
    assert urlencode(written) == "bits=3&chain=prune-channels_ratio_0.3~quantize"
    alone = Chain.of(Recipe.build("digits/cnn", ["quantize:bits=3"]), Quantize)
    assert chain_link.written(alone, Quantize) == {"bits": "3"}


@pytest.mark.parametrize("technique", TECHNIQUES.values(), ids=TECHNIQUES)
def test_no_name_holds_what_parts_an_address(technique: type[Step]) -> None:
    knobs = [knob.name for knob in technique.knobs()]
    assert "_" not in technique.technique
    assert not any("~" in name for name in (technique.technique, *knobs))
    # ``cap_kb`` may hold what parts a name from its value, but no knob may be called ``cap`` beside it.
    assert not any(one.startswith(f"{other}_") for one in knobs for other in knobs)


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        ("bits=3", ["distill"]),
        ("temperature=5&then=quantization", ["distill:temperature=5", "quantize"]),
        (
            "then=quantization&then=pruning&then-sparsity=0.6&then-bits=3",
            ["distill", "prune:sparsity=0.6", "quantize:bits=3"],
        ),
    ],
)
def test_older_links_still_ask_for_the_same(query: str, steps: list[str]) -> None:
    chain, wrong = chain_link.read(parse_qs(query), Distill)
    assert wrong == []
    assert [stand.step for stand in chain.stands] == [parse_step(step) for step in steps]


@pytest.mark.parametrize(
    ("query", "said", "techniques"),
    [
        ("chain=knit~quantize", "`chain=knit` is no technique: choose of prune,", ("quantize",)),
        ("chain=knit", "`chain=knit` is no technique", ("quantize",)),
        ("chain=prune_bits_3~quantize", "`bits=3` is no knob of prune", ("prune", "quantize")),
        ("chain=prune_sparsity_9~quantize", "`sparsity=9` is not a number", ("prune", "quantize")),
        ("chain=prune_sparsity~quantize", "names a knob without", ("prune", "quantize")),
        ("chain=" + "~".join(["prune"] * 30), "`chain` has 30 steps", ("prune",) * MAX_STEPS),
        ("chip=0", "`chip=0` is not a step", ("quantize",)),
        ("chip=%C2%B2", "is not a step", ("quantize",)),
        ("seed=-1", "`seed=-1` is not a whole number", ("quantize",)),
        ("seed=99999999999999", "is not a whole number", ("quantize",)),
        ("then=quantization&then-bits=99", "`bits=99` is not one of", ("quantize", "quantize")),
    ],
)
def test_what_can_not_be_is_said_and_left_out(
    query: str, said: str, techniques: tuple[str, ...]
) -> None:
    chain, wrong = chain_link.read(parse_qs(query), Quantize)
    assert len(wrong) == 1 and said in wrong[0]
    assert chain.techniques == techniques


def test_a_chain_is_changed_step_by_step() -> None:
    chain = Chain((Stand.usual(Quantize),)).moved({"bits": 3, "nothing": 1}).added(Distill)
    assert chain.techniques == ("quantize", "distill") and chain.at == 1
    assert chain.shifted(-1).techniques == ("distill", "quantize") and chain.shifted(-1).at == 0
    assert chain.shifted(1) == chain
    assert chain.removed() == Chain((Stand.usual(Quantize),)).moved({"bits": 3})
    assert chain.select(0).selected.values["bits"] == 3
