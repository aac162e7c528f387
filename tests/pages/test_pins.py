"""Pinned points: what they say of others, where they are kept, and links that can't be followed."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from compression.point import Measurement, Point
from compression.point.relative import relative_to
from compression.store import bundled
from pages.parts.shell.pin_words import compared_with
from tests.measured import a_measured

MODEL = "digits/mlp"
POINTS = {point.recipe.describe(): point for point in bundled.points(MODEL).values()}


def timed(low: float, value: float, high: float, step: str = "prune:sparsity=0.5") -> Point:
    speedup = Measurement(value=value, unit="1", how="measured", low=low, high=high)
    point = a_measured(step, size_bytes=1000.0)
    return point.model_copy(update={"measurements": {**point.measurements, "speedup": speedup}})


def test_a_speed_against_another_point_has_room_for_both_intervals() -> None:
    other = timed(0.9, 1.0, 1.1, "prune:sparsity=0.6")
    speedup = relative_to(timed(1.8, 2.0, 2.2), other).measurements["speedup"]
    assert speedup.value == pytest.approx(2)
    assert (speedup.low, speedup.high) == (pytest.approx(1.8 / 1.1), pytest.approx(2.2 / 0.9))


def test_points_of_one_graph_are_exactly_as_fast() -> None:
    one, other = (
        timed(1, 1.2, 1.4, step).model_copy(update={"graph": "a"})
        for step in ("prune:sparsity=0.5", "prune:sparsity=0.6")
    )
    speedup = relative_to(one, other).measurements["speedup"]
    assert (speedup.low, speedup.value, speedup.high) == (1, 1, 1)


def test_without_both_timings_there_is_no_speed_up() -> None:
    other = a_measured("prune:sparsity=0.6", size_bytes=10.0)
    assert "speedup" not in relative_to(timed(1, 1, 1), other).measurements


@pytest.mark.parametrize(
    ("accuracy", "said"),
    [
        ((0.915, 0.920, 0.925), "1.0 points higher (+0.3 to +1.7)"),
        ((0.908, 0.913, 0.918), "0.3 points higher (−0.4 to +1.0, within the error)"),
        ((0.905, 0.910, 0.915), "the same accuracy (−0.7 to +0.7, within the error)"),
        ((0.760, 0.810, 0.850), "10 points lower (−15 to −6)"),
    ],
)
def test_a_difference_is_told_with_its_interval(
    accuracy: tuple[float, float, float], said: str
) -> None:
    def judged(step: str, low: float, value: float, high: float) -> Point:
        measured = Measurement(
            value=value, unit="fraction", how="measured", low=low, high=high, n=10_000
        )
        point = a_measured(step, size_bytes=1000.0)
        return point.model_copy(
            update={"measurements": {**point.measurements, "accuracy": measured}}
        )

    pinned = judged("prune:sparsity=0.5", 0.905, 0.910, 0.915)
    assert compared_with(judged("prune:sparsity=0.6", *accuracy), pinned).startswith(said)


def test_nothing_is_said_of_a_point_against_itself() -> None:
    point = POINTS["4 bits"]
    assert compared_with(point, point) == ""


def app(pins: str = "", **asked: str) -> AppTest:
    def page() -> None:
        from pages.parts.faces import FACES
        from pages.parts.shell.navigation import open_technique

        open_technique(FACES["quantize"])

    test = AppTest.from_function(page, default_timeout=60)
    for name, value in {"data": "digits", "model": MODEL, **asked}.items():
        test.query_params[name] = value
    if pins:
        test.query_params["pins"] = pins
    return test.run()


def the(test: AppTest, key: str):
    return next((button for button in test.button if button.key == key), None)


def texts(test: AppTest) -> str:
    return " ".join(element.value for element in (*test.markdown, *test.caption))


def test_pinning_is_in_the_address_and_others_are_compared_with_it() -> None:
    test = app(bits="4")
    assert the(test, "unpin") is None
    the(test, "pin").click().run()
    assert test.query_params["pins"] == POINTS["4 bits"].key[:7]
    assert the(test, "pin") is None  # it is pinned already
    test.select_slider(key="bits").set_value(2).run()
    assert "**Against 1:**" in texts(test) and "smaller" in texts(test)
    the(test, "unpin").click().run()
    assert "pins" not in test.query_params
    assert "Against" not in texts(test)


def test_a_fifth_is_refused_until_one_is_unpinned() -> None:
    four = [POINTS[f"{bits} bits"].key[:7] for bits in (3, 5, 6, 8)]
    test = app("-".join(four), bits="4")
    assert the(test, "pin").disabled
    assert "unpin one first" in the(test, "pin").help


def test_what_a_link_pins_in_vain_is_named_and_the_rest_is_kept() -> None:
    known, other_models = POINTS["3 bits"].key[:7], "0123abc"
    test = app(f"{known}-{other_models}-;drop", bits="4")
    assert f"`{other_models}`" in texts(test) and "deleted, or of another model" in texts(test)
    assert test.query_params["pins"] == known
    assert not test.exception


def test_five_pins_in_a_link_are_four_and_said_so() -> None:
    five = [POINTS[f"{bits} bits"].key[:7] for bits in (2, 3, 5, 6, 8)]
    test = app("-".join(five), bits="4")
    assert "the first 4 are shown" in texts(test)
    assert test.query_params["pins"] == "-".join(five[:4])


def test_another_models_pins_are_no_fault_of_the_address() -> None:
    test = app(POINTS["3 bits"].key[:7], bits="4")
    test.selectbox(key="model").set_value("digits/cnn").run()
    assert "In the address" not in texts(test)
    assert the(test, "unpin") is None
    assert "pins" not in test.query_params
    assert test.session_state["_pins"][MODEL] == (POINTS["3 bits"].key,)  # for who comes back
