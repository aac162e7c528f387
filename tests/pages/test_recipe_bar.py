"""The recipe bar: any two techniques in any order on any page, edited in place, and what can't be together is said."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression.recipe import MAX_STEPS, Recipe
from compression.store import Store
from compression.techniques import TECHNIQUES
from pages.parts.faces import FACES
from pages.parts.form.chain import Chain
from pages.parts.shell.chip_drag import after_drag
from pages.parts.shell.opening import address_of, whole_address
from pages.parts.shell.reaching import reach_of
from tests.measured import a_point
from tests.opened import alone

MODEL = "digits/cnn"


def sent(test: AppTest) -> dict[str, Any]:
    return json.loads(test.get("bidi_component")[0].proto.json)[0]


def keep(*steps: str, seed: int = 0) -> Recipe:
    recipe = Recipe.build(MODEL, steps, seed)
    Store.open().add(a_point().model_copy(update={"recipe": recipe}))
    return recipe


def chip(test: AppTest) -> str:
    """What the chosen chip says."""
    bar = test.segmented_control(key="chip")
    return (
        bar.options[bar.value].content
        if hasattr(bar.options[0], "content")
        else bar.options[bar.value]
    )


ANYWHERE = [name for name, step in TECHNIQUES.items() if not step.is_first]


def test_what_has_to_be_the_first_step_is_put_there_on_a_model_that_it_fits() -> None:
    test = alone("quantization", model=MODEL)
    test.button(key="add-subnet").click().run()
    assert not test.exception
    assert test.query_params["chain"].split("~") == ["subnet", "quantize"]
    assert test.selectbox(key="model").value == "fashion-mnist/supernet"
    assert test.button(key="add-subnet").disabled
    assert any("can't be done to CNN" in toast.value for toast in test.toast)


@pytest.mark.parametrize(("first", "second"), product(ANYWHERE, repeat=2))
def test_any_two_techniques_in_both_orders(first: str, second: str) -> None:
    test = alone(FACES[first].address, model=MODEL)
    test.button(key=f"add-{second}").click().run()
    assert not test.exception
    assert TECHNIQUES[second].label in chip(test)
    recipe = keep(first, second)
    test.run()
    assert test.query_params["chain"].split("~") == [first, second]
    if not recipe.is_trained:
        assert sent(test)["current"]["key"] == recipe.key
    test.button(key="chip-earlier").click().run()
    assert not test.exception and test.segmented_control(key="chip").value == 0
    assert test.query_params["chain"].split("~") == [second, first]
    assert test.button(key="chip-earlier").disabled and not test.button(key="chip-later").disabled
    test.button(key="chip-remove").click().run()
    assert "chain" not in test.query_params


def test_each_step_keeps_knobs_of_the_same_name() -> None:
    test = alone("quantization", model=MODEL, images="64", bits="3")
    test.button(key="add-prune").click().run()
    assert test.slider(key="images").value == 512
    test.slider(key="images").set_value(100).run()
    test.run()
    test.segmented_control(key="chip").set_value(0).run()
    assert test.slider(key="images").value == 64
    assert test.select_slider(key="bits").value == 3
    test.segmented_control(key="chip").set_value(1).run()
    assert test.slider(key="images").value == 100
    assert test.query_params["chain"] == "quantize_bits_3_images_64~prune"


def test_layers_of_their_own_stay_while_another_step_is_in_the_form() -> None:
    test = alone("quantization", model=MODEL, layers="fc=8")
    test.button(key="add-prune").click().run()
    assert "layers" not in test.query_params
    test.segmented_control(key="chip").set_value(0).run()
    assert test.query_params["layers"] == "fc=8"
    assert sent(test)["ahead"]["knobs"]["layers"] == "fc=8"


def test_undo_takes_a_step_away_again() -> None:
    keep("quantize:bits=3", "prune")
    test = alone("quantization", model=MODEL, bits="3")
    test.button(key="add-prune").click().run()
    test.button(key="undo").click().run()
    assert "chain" not in test.query_params and test.query_params["bits"] == "3"


def test_an_address_opens_the_whole_recipe_with_its_seed_and_the_step_that_it_names() -> None:
    recipe = keep("prune-channels:ratio=0.3,repair=bias", "quantize:bits=3,layers=fc=8", seed=7)
    face, parts = address_of(recipe)
    assert face.name == "quantize"
    test = alone(face.address, **parts)
    assert sent(test)["current"]["key"] == recipe.key
    assert "lab-lineage" in " ".join(e.proto.body for e in test.get("html"))
    test.segmented_control(key="chip").set_value(0).run()
    assert test.slider(key="ratio").value == 0.3
    assert sent(test)["current"]["key"] == recipe.key
    test.button(key="chip-seed").click().run()
    assert "seed" not in test.query_params


def test_a_sliders_positions_are_those_of_the_chain_that_stands() -> None:
    from pages.parts import data

    near = [keep("prune:sparsity=0.9", f"quantize:bits={bits},method=mse") for bits in (3, 5)]
    other = keep("prune:sparsity=0.8", "quantize:bits=5,method=mse")
    known = data.known(MODEL)
    positions = reach_of(Chain.of(near[0], TECHNIQUES["quantize"]), known).positions()
    assert {recipe.key for recipe in near} <= set(positions.values())
    assert other.key not in positions.values()
    assert len(positions) == len(set(positions.values()))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"chain": "knit~quantize"}, "`chain=knit` is no technique"),
        ({"chain": "~".join(["quantize"] * 20)}, f"20 steps: the first {MAX_STEPS} are shown"),
        ({"chip": "9"}, "`chip=9` is not a step of this chain"),
        ({"chain": "prune_sparsity_9~quantize"}, "`sparsity=9` is not a number from 0"),
    ],
)
def test_what_an_address_asks_for_in_vain_is_said_in_place(
    query: dict[str, str], said: str
) -> None:
    test = alone("quantization", model=MODEL, **query)
    assert not test.exception
    assert said in " ".join(caption.value for caption in test.caption)


def test_steps_that_do_not_go_together_are_refused_in_the_answers_place() -> None:
    chain = "quantize_format_float_exponent_8_mantissa_10~prune"
    test = alone("pruning", model=MODEL, chain=chain)
    assert not test.exception
    assert ["exponent and mantissa" in warning.value for warning in test.warning] == [True]
    assert sent(test)["current"] is None


def test_the_longest_chain_takes_no_further_step() -> None:
    test = alone("pruning", model=MODEL, chain="~".join(["prune"] * MAX_STEPS))
    assert not test.exception
    assert "add-quantize" not in [button.key for button in test.button]


def test_a_whole_address_is_that_of_the_page_of_the_last_step() -> None:
    recipe = Recipe.build(MODEL, ["prune-channels:ratio=0.3", "quantize:bits=3"])
    assert whole_address(recipe).endswith(
        "/quantization?model=digits%2Fcnn&bits=3&chain=prune-channels_ratio_0.3~quantize"
    )


def test_a_dragged_step_comes_to_its_new_place_and_into_the_form() -> None:
    recipe = Recipe.build(
        MODEL, ["prune:sparsity=0.3", "prune-channels:ratio=0.2", "quantize:bits=4"]
    )
    chain = Chain.of(recipe, TECHNIQUES["prune"])
    last_first = after_drag(chain, {"from": 2, "to": 0, "count": 3})
    assert last_first.techniques == ("quantize", "prune", "prune-channels") and last_first.at == 0
    assert after_drag(chain, {"from": 0, "to": 1, "count": 3}).techniques[1] == "prune"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"from": 0, "to": 1, "count": 2},
        {"from": 0, "to": 3, "count": 3},
        {"from": "a", "to": 0, "count": 3},
    ],
)
def test_a_drag_of_another_chain_changes_nothing(told: dict[str, Any]) -> None:
    recipe = Recipe.build(
        MODEL, ["prune:sparsity=0.3", "prune-channels:ratio=0.2", "quantize:bits=4"]
    )
    chain = Chain.of(recipe, TECHNIQUES["prune"])
    assert after_drag(chain, told) == chain
