"""A presentation: which points it goes through, what its address asks for in vain, and that it needs no engine."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from compression.errors import StoreError
from compression.models.catalogue import MODELS, model_card
from compression.recipe import Recipe
from compression.store import bundled
from pages.parts import data
from tests.opened import alone, in_app

MODEL = "digits/mlp"
POINTS = {point.recipe.describe(): point for point in bundled.points(MODEL).values()}


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("a presentation has asked for the engine")

    monkeypatch.setattr(data, "engine", refuse)


def key(name: str) -> str:
    return POINTS[name].key[:7]


def presented(**asked: str) -> AppTest:
    return alone("present", **{"model": MODEL, **asked})


def told(test: AppTest) -> dict:
    """What the page sent to the plots."""
    assert not test.exception
    return json.loads(test.get("bidi_component")[0].proto.json)[0]


def names(test: AppTest) -> list[str]:
    return [stop["name"] for stop in told(test)["present"]["stops"]]


def test_original_the_point_one_came_from_then_the_pins_in_their_order() -> None:
    pins = "-".join(map(key, ("3 bits", "8 bits")))
    test = presented(point=key("4 bits"), pins=pins)
    assert names(test) == ["The original", "4 bits", "1: 3 bits", "2: 8 bits"]
    assert told(test)["present"]["at"] == 1
    assert [mark["label"] for mark in told(test)["pins"]] == ["1", "2"]


def test_a_pin_that_one_came_from_is_there_once() -> None:
    assert names(presented(point=key("3 bits"), pins=key("3 bits"))) == [
        "The original",
        "1: 3 bits",
    ]


def test_an_address_shows_the_point_the_plot_and_the_scale_that_it_names() -> None:
    test = presented(
        pins=f"{key('3 bits')}-{key('8 bits')}",
        at=key("8 bits"),
        plot="2",
        scales="plain",
        costs="size_bytes~memory_bytes~energy_mj",
    )
    present = told(test)["present"]
    assert (present["stops"][present["at"]]["name"], present["cost"]) == ("2: 8 bits", 1)
    assert told(test)["axes"][1]["metric"] == "memory_bytes"
    assert told(test)["y"]["scale"] == "linear"
    assert present["notes"] == ""


@pytest.mark.parametrize("model", MODELS)
def test_without_pins_the_best_of_the_front_are_presented(model: str) -> None:
    present = told(presented(model=model))["present"]
    first, *best = present["stops"]
    assert first["name"] == "The original" and best
    known = data.known_or_bundled(model).by_key  # other tests may have measured some
    assert all(stop["mark"]["key"] in known and stop["said"] for stop in best)


def test_what_was_shown_last_stays_among_the_best() -> None:
    best = names(presented())
    assert names(presented(at=key("4 bits"))) in (best, [best[0], "4 bits", *best[1:]])


def test_a_stop_has_the_sentence_and_the_figures_of_its_point() -> None:
    stop = told(presented(point=key("4 bits")))["present"]["stops"][1]
    assert "smaller" in stop["said"]
    size = next(figure for figure in stop["figures"] if figure["metric"] == "size_bytes")
    assert size["how"] == "○ bundled"
    assert stop["mark"]["answers"] == POINTS["4 bits"].shown != ""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"model": "no/such"}, "'model=no/such' is not one of"),
        ({"at": "0123abc"}, "'at=0123abc' is not known here: deleted, or of another model"),
        ({"point": "../../etc"}, "'point=../../etc' is not known here"),
        ({"pins": "0123abc"}, "'0123abc' is not known here: deleted, or of another model"),
        ({"plot": "4"}, "'plot=4' is not one of 1, 2, 3"),
        ({"scales": "sideways"}, "'scales=sideways' is not made of linear, plain"),
        ({"costs": "price"}, "'costs=price' is not made of size_bytes"),
        ({"colour": "red"}, "'colour=red' is nothing that this page knows"),
    ],
)
def test_what_an_address_asks_for_in_vain_is_said_and_the_rest_is_shown(
    asked: dict[str, str], said: str
) -> None:
    present = told(presented(**{"pins": key("3 bits"), **asked}))["present"]
    assert said in present["notes"]
    assert len(present["stops"]) >= 2


def test_an_unknown_model_is_told_with_the_one_that_is_shown() -> None:
    test = presented(model="no/such")
    assert "'fashion-mnist/resnet8' is shown" in told(test)["present"]["notes"]
    assert told(test)["question"] == "fashion-mnist/resnet8"


def test_another_models_pin_is_told_and_the_others_stay() -> None:
    other = Recipe.build("digits/cnn", ["quantize:bits=3"]).key[:7]
    test = presented(pins=f"{other}-{key('3 bits')}")
    assert other in told(test)["present"]["notes"]
    assert names(test) == ["The original", "1: 3 bits"]


def test_without_a_store_the_bundled_points_are_presented(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(model: str) -> None:
        raise StoreError("The store can't be read.")

    monkeypatch.setattr(data, "known", broken)
    test = presented(pins=key("3 bits"))
    assert names(test) == ["The original", "1: 3 bits"]
    assert told(test)["present"]["notes"].startswith("The store can't be read.")


def leave(test: AppTest) -> str:
    """Where the way out leads."""
    link = next(element for element in test.get("page_link") if element.proto.label == "Leave")
    return f"{link.proto.page}?{link.proto.query_string}"


def test_who_came_by_a_link_leaves_to_the_page_that_has_the_recipe() -> None:
    to = leave(presented(pins=key("3 bits"), at=key("3 bits")))
    assert to.startswith("quantization?") and "bits=3" in to
    assert f"pins={key('3 bits')}" in to


def test_a_model_without_points_is_presented_as_such_and_leaves_to_the_trade_offs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(data, "known", lambda model: data.Known("none", (), {}, None))
    test = presented()
    assert told(test)["present"]["stops"] == []
    assert leave(test).startswith("trade-offs?")


def test_the_page_is_not_in_the_navigation_but_in_the_app() -> None:
    test = in_app("present", model=MODEL)
    assert not test.exception
    card = model_card(MODEL)
    assert [title.value for title in test.title] == [f"{card.title} on {card.data.title}"]
